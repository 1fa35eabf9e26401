import type { AuditEntry } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { Download } from "./download.tsx";
import { Field, Filters } from "./fields.tsx";
import { actions, Time } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { type Column, Pager, Table } from "./table.tsx";

interface Props {
  shell: Shell;
  entries: readonly AuditEntry[];
  query: Record<string, string>;
  next: number | undefined;
}

export const auditColumns: readonly Column<AuditEntry>[] = [
  { head: "Action", class: "cell-first", cell: ({ action }) => <strong>{actions[action] ?? action}</strong> },
  { head: "By", cell: ({ actor }) => actor },
  { head: "Target", cell: ({ target }) => target || <span class="value-none">none</span> },
  { head: "Reason", class: "cell-text", cell: ({ reason }) => reason || <span class="value-none">none</span> },
  { head: "Time", cell: ({ at }) => <Time at={at} /> },
];

export function AuditPage({ shell, entries, query, next }: Props) {
  const { after: _, ...filter } = query;
  return (
    <AdminPage
      shell={shell}
      section="audit"
      title="Audit log"
      lead="All administrative and moderation actions. Entries cannot be changed."
      tools={<Download what="audit" filter={filter} />}
    >
      <Filters path={paths.admin.audit}>
        <Field name="actor" label="By" value={query.actor} maxlength={64} />
        <Field name="target" label="Target" value={query.target} maxlength={64} />
        <Field name="action" label="Action" options={{ "": "Everything", ...actions }} value={query.action} />
        <Field name="from" label="From (UTC)" type="datetime-local" value={query.from} />
        <Field name="to" label="Before (UTC)" type="datetime-local" value={query.to} />
      </Filters>
      <Table caption="Audit log, newest first" columns={auditColumns} rows={entries} empty="No entries match." />
      <Pager path={paths.admin.audit} query={query} next={next} />
    </AdminPage>
  );
}
