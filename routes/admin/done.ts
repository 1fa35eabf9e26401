import { type AccountActName, accountActs } from "../../views/admin/account_acts.tsx";
import { type ReportActName, reportActs } from "../../views/admin/report_acts.tsx";

export type Done =
  | AccountActName
  | `report_${ReportActName}`
  | "delete"
  | "put_word"
  | "remove_word"
  | "settings"
  | "retry_job"
  | "discard_job";

/** Confirmations of acts, by path segment. */
export const done: Readonly<Record<Done, string>> = {
  ...mapped(accountActs, (name) => name),
  ...mapped(reportActs, (name) => `report_${name}` as const),
  delete: "Message deleted",
  put_word: "Word added",
  remove_word: "Word removed",
  settings: "Settings saved",
  retry_job: "Job will run again",
  discard_job: "Job discarded",
};

function mapped<Name extends string, Key extends string>(
  acts: Readonly<Record<Name, { readonly done: string }>>,
  key: (name: Name) => Key,
): Record<Key, string> {
  const names = Object.keys(acts) as Name[];
  return Object.fromEntries(names.map((name) => [key(name), acts[name].done])) as Record<Key, string>;
}
