import type { AuditEntry, Session } from "../../db/model.ts";
import { Form } from "../form.tsx";
import { paths } from "../paths.ts";
import { auditColumns } from "./audit.tsx";
import { Fact, Time } from "./facts.tsx";
import { ActButton, Field } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { address, Table } from "./table.tsx";
import { Badges, type SeenAccount } from "./users.tsx";

interface Props {
  shell: Shell;
  account: SeenAccount;
  sessions: readonly Session[];
  /** The newest acts this account was the target of. */
  audit: readonly AuditEntry[];
  /** The reason that was typed for an act that was refused. */
  typed?: { act: string; reason: unknown } | undefined;
}

export function UserPage({ shell, account, sessions, audit, typed }: Props) {
  return (
    <AdminPage
      shell={shell}
      section="users"
      title={account.username}
      lead={<Badges account={account} />}
      tools={
        <span class="trails">
          <a href={address(paths.admin.messages, { user: account.username })}>Messages</a>
          <a href={address(paths.admin.audit, { target: account.username })}>Audit log</a>
          <a href={address(paths.admin.audit, { actor: account.username })}>What they did</a>
        </span>
      }
    >
      <dl class="facts panel">
        <Fact name="Id">{account.id}</Fact>
        <Fact name="Email">{account.email ?? <span class="none">none</span>}</Fact>
        <Fact name="Joined">
          <Time at={account.createdAt} />
        </Fact>
        <Fact name="Last seen">{account.online ? "now" : <Time at={account.lastSeenAt} />}</Fact>
        <Fact name="Warnings">{account.warnings}</Fact>
      </dl>
      <Acts shell={shell} account={account} typed={typed} />
      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        <Table
          caption={`Sessions of ${account.username}`}
          columns={[
            { head: "Browser", class: "first text", cell: ({ userAgent }) => userAgent || "unknown" },
            { head: "Address", cell: ({ address }) => address },
            { head: "Began", cell: ({ createdAt }) => <Time at={createdAt} /> },
            { head: "Last used", cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
            { head: "Ends", cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          ]}
          rows={sessions}
          empty="Not logged in anywhere."
        />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">What was done to this account</h2>
        <Table
          caption={`What was done to ${account.username}`}
          columns={auditColumns.filter(({ head }) => head !== "To")}
          rows={audit}
          empty="Nothing yet."
        />
      </section>
    </AdminPage>
  );
}

function Acts({ shell, account, typed }: Pick<Props, "shell" | "account" | "typed">) {
  const reason = (act: string) => typed?.act === act && typeof typed.reason === "string" ? typed.reason : undefined;
  const to = (act: string) => paths.admin.userAct(account.id, act);
  const button = (act: string, label: string) => (
    <ActButton
      shell={shell}
      action={to(act)}
      label={label}
      kind="quiet"
    />
  );
  return (
    <section class="panel actions" aria-labelledby="acts">
      <h2 id="acts">Act</h2>
      <div class="reasons">
        <ReasonForm shell={shell} action={to("warn")} label="Warn" id="warn-reason" typed={reason("warn")} />
        <ReasonForm
          shell={shell}
          action={to(account.isBlocked ? "unblock" : "block")}
          label={account.isBlocked ? "Unblock" : "Block"}
          id="block-reason"
          typed={reason(account.isBlocked ? "unblock" : "block")}
        />
      </div>
      <div class="buttons">
        {account.isAdmin ? button("demote", "Take administration away") : button("promote", "Make administrator")}
        {account.warnings > 0 && button("reset_warnings", "Reset warnings")}
        {button("end_sessions", "End sessions")}
        {button("reset_password", "Reset password")}
        <a class="button quiet danger" href={to("delete_account")}>Delete account…</a>
      </div>
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
      <button type="submit" class={label === "Block" ? "danger" : undefined}>{label}</button>
    </Form>
  );
}
