import type { AuditEntry, Session } from "../../db/model.ts";
import { Form } from "../components/form.tsx";
import { paths } from "../paths.ts";
import { auditColumns } from "./audit.tsx";
import { Fact, Time } from "./facts.tsx";
import { ActButton, Field } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { AskLink } from "./question.tsx";
import { address, Table } from "./table.tsx";
import { Badges, type SeenAccount } from "./users.tsx";

interface Props {
  shell: Shell;
  account: SeenAccount;
  sessions: readonly Session[];
  /** The newest acts on this user. */
  audit: readonly AuditEntry[];
  /** Why an act is impossible; undefined if it is possible. */
  whyNot(act: string): string | undefined;
  /** The reason entered for a refused act. */
  typed?: { act: string; reason: unknown } | undefined;
}

export function UserPage({ shell, account, sessions, audit, typed, whyNot }: Props) {
  return (
    <AdminPage
      shell={shell}
      section="users"
      title={account.username}
      lead={<Badges account={account} />}
      tools={
        <span class="link-row">
          <a href={address(paths.admin.messages, { user: account.username })}>Messages</a>
          <a href={address(paths.admin.audit, { target: account.username })}>Audit log</a>
          <a href={address(paths.admin.audit, { actor: account.username })}>Activity</a>
        </span>
      }
    >
      <dl class="facts panel">
        <Fact name="Id">{account.id}</Fact>
        <Fact name="Email">{account.email ?? <span class="value-none">none</span>}</Fact>
        <Fact name="Joined">
          <Time at={account.createdAt} />
        </Fact>
        <Fact name="Last seen">{account.online ? "now" : <Time at={account.lastSeenAt} />}</Fact>
        <Fact name="Warnings">{account.warnings}</Fact>
      </dl>
      <Acts shell={shell} account={account} typed={typed} whyNot={whyNot} />
      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        <Table
          caption={`Sessions of ${account.username}`}
          columns={[
            { head: "Browser", class: "cell-first cell-text", cell: ({ userAgent }) => userAgent || "unknown" },
            { head: "Address", cell: ({ address }) => address },
            { head: "Started", cell: ({ createdAt }) => <Time at={createdAt} /> },
            { head: "Last used", cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
            { head: "Expires", cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          ]}
          rows={sessions}
          empty="No sessions."
        />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">Actions on this account</h2>
        <Table
          caption={`Actions on ${account.username}`}
          columns={auditColumns.filter(({ head }) => head !== "Target")}
          rows={audit}
          empty="No actions yet."
        />
      </section>
    </AdminPage>
  );
}

function Acts({ shell, account, typed, whyNot }: Pick<Props, "shell" | "account" | "typed" | "whyNot">) {
  const { here } = shell;
  const typedFor = (act: string) => typed?.act === act && typeof typed.reason === "string" ? typed.reason : undefined;
  const to = (act: string) => paths.admin.userAct(account.id, act);
  const button = (act: string, label: string) => (
    <ActButton
      shell={shell}
      action={to(act)}
      label={label}
      kind="quiet"
    />
  );
  const asked = (act: string, label: string, danger = false) =>
    whyNot(act) === undefined && <AskLink href={to(act)} here={here} label={label} danger={danger} />;
  const reasons = ["block", "demote", "delete_account"].flatMap((act) => whyNot(act) ?? []);
  const reason = reasons.length === 3 ? "The last administrator cannot be blocked, demoted or deleted" : reasons[0];
  return (
    <section class="panel user-actions" aria-labelledby="acts">
      <h2 id="acts">Actions</h2>
      <div class="user-reasons">
        <ReasonForm shell={shell} action={to("warn")} label="Warn" id="warn-reason" typed={typedFor("warn")} />
        {account.isBlocked && (
          <ReasonForm
            shell={shell}
            action={to("unblock")}
            label="Unblock"
            id="block-reason"
            typed={typedFor("unblock")}
          />
        )}
      </div>
      <div class="button-row">
        {!account.isBlocked && asked("block", "Block", true)}
        {account.isAdmin ? asked("demote", "Remove administrator") : asked("promote", "Make administrator")}
        {account.warnings > 0 && button("reset_warnings", "Reset warnings")}
        {asked("end_sessions", "End sessions")}
        {button("reset_password", "Reset password")}
        {asked("delete_account", "Delete account", true)}
      </div>
      {reason !== undefined && <p class="message-fate">{reason}.</p>}
    </section>
  );
}

function ReasonForm({ shell, action, label, id, typed }: {
  shell: Shell;
  action: string;
  label: string;
  id: string;
  typed: string | undefined;
}) {
  return (
    <Form viewer={shell.viewer} action={action}>
      <input type="hidden" name="back" value={shell.here} />
      <Field name="reason" id={id} label={`Reason to ${label.toLowerCase()}`} value={typed} />
      <button type="submit">{label}</button>
    </Form>
  );
}
