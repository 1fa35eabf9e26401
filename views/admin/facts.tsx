import type { Child } from "hono/jsx";
import type { Person } from "../../db/model.ts";
import { accountActs } from "./account_acts.tsx";
import { colourOf, initials } from "../message.tsx";
import { paths } from "../paths.ts";

/** An item of a list of facts. */
export function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A time to the minute, UTC. */
export function Time({ at }: { at: number | null }) {
  if (at === null) return <span class="value-none">never</span>;
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={iso}>{iso.slice(0, 16).replace("T", " ")}</time>;
}

/** A user, linked to their page unless deleted. */
export function Who({ id, username, isDeleted, plain = false }: Person & { plain?: boolean }) {
  return (
    <span class={`user-link ${colourOf(id)}`}>
      {!plain && <i aria-hidden="true">{initials(username)}</i>}
      {isDeleted ? username : <a href={paths.admin.user(id)}>{username}</a>}
    </span>
  );
}

/** Labels of all acts by their name in the audit log. */
export const actions: Readonly<Record<string, string>> = {
  create_account: "Account created",
  ...Object.fromEntries(Object.entries(accountActs).map(([name, { logged }]) => [name, logged])),
  set_password: "Password set",
  login_failed: "Login failed",
  delete_message: "Message deleted",
  report: "Message reported",
  resolve_report: "Report resolved",
  forbid_word: "Word forbidden",
  allow_word: "Word allowed",
  remove_word: "Word removed",
  retry_job: "Job retried",
  discard_job: "Job discarded",
  change_settings: "Settings changed",
};

/** "1 warning", "2 warnings". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Bytes as people say them. */
export function size(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Ms as people say them: the two largest units. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ];
  const from = parts.findIndex(([count]) => count > 0);
  if (from < 0) return "less than a minute";
  return parts.slice(from, from + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(
    " ",
  );
}
