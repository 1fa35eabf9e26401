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
