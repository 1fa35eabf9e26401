import type { Account } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { plural } from "../quantity.ts";
import { Download } from "./download.tsx";
import { ActButton, Field, Filters } from "./fields.tsx";
import { Time, Who } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { AskLink } from "./question.tsx";
import { address, type Column, Pager, Table } from "./table.tsx";

export interface SeenAccount extends Account {
  readonly online: boolean;
}

interface Props {
  shell: Shell;
  accounts: readonly SeenAccount[];
  query: Record<string, string>;
  next: string | undefined;
  /** Why an act on a user is impossible; undefined if it is possible. */
  whyNot(act: string, account: Account): string | undefined;
}

const ONLY = {
  "": "All",
  online: "Online",
  blocked: "Blocked",
  administrators: "Administrators",
  warned: "Warned",
};

const SORT = { newest: "Newest first", name: "Name", last_seen: "Last seen" };

export function UsersPage({ shell, accounts, query, next, whyNot }: Props) {
  const { after: _, ...filter } = query;
  return (
    <AdminPage
      shell={shell}
      section="users"
      title="Users"
      tools={<Download what="users" filter={filter} />}
    >
      <Filters path={paths.admin.users}>
        <Field name="search" label="Name or email" type="search" value={query.search} maxlength={254} />
        <Field name="only" label="Show" options={ONLY} value={query.only} />
        <Field name="sort" label="Sort by" options={SORT} value={query.sort} />
      </Filters>
      <Table
        caption="Users"
        columns={columns(shell, whyNot)}
        rows={accounts}
        empty="No users match."
        id={({ id }) => `user-${id}`}
      />
      <Pager path={paths.admin.users} query={query} next={next} />
    </AdminPage>
  );
}

function columns(shell: Shell, whyNot: Props["whyNot"]): Column<SeenAccount>[] {
  return [
    {
      head: "User",
      class: "cell-first",
      cell: (account) => (
        <>
          <Who {...account} />
          <Badges account={account} />
        </>
      ),
    },
    { head: "Email", class: "cell-text", cell: ({ email }) => email ?? <span class="value-none">none</span> },
    { head: "Joined", cell: ({ createdAt }) => <Time at={createdAt} /> },
    { head: "Last seen", cell: ({ lastSeenAt, online }) => online ? "now" : <Time at={lastSeenAt} /> },
    { head: "View", cell: (account) => <Trails account={account} /> },
    {
      head: "Actions",
      class: "cell-acts",
      cell: (account) => {
        const { id, username, isBlocked } = account;
        if (isBlocked) {
          const action = paths.admin.userAct(id, "unblock");
          return <ActButton shell={shell} action={action} label="Unblock" about={username} kind="quiet" />;
        }
        const reason = whyNot("block", account);
        if (reason !== undefined) return <span class="value-none" title={reason}>{reason}</span>;
        return <AskLink href={paths.admin.userAct(id, "block")} here={shell.here} label="Block" about={username} />;
      },
    },
  ];
}

/** A user's state. */
export function Badges({ account }: { account: SeenAccount }) {
  return (
    <span class="badges">
      {account.online && <span class="badge good">online</span>}
      {account.isAdmin && <span class="badge accent">administrator</span>}
      {account.isBlocked && <span class="badge danger">blocked</span>}
      {account.warnings > 0 && <span class="badge warning">{plural(account.warnings, "warning")}</span>}
    </span>
  );
}

/** Links to a user's messages, sessions and audit log entries. */
function Trails({ account: { id, username } }: { account: Account }) {
  return (
    <span class="link-row">
      <a href={address(paths.admin.messages, { user: username })}>
        Messages<span class="visually-hidden">of {username}</span>
      </a>
      <a href={`${paths.admin.user(id)}#sessions`}>
        Sessions<span class="visually-hidden">of {username}</span>
      </a>
      <a href={address(paths.admin.audit, { target: username })}>
        Audit<span class="visually-hidden">of {username}</span>
      </a>
    </span>
  );
}
