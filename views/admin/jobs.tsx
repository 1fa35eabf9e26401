import type { FailedJob } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { Time } from "./facts.tsx";
import { ActButton } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { Pager, Table } from "./table.tsx";

interface Props {
  shell: Shell;
  jobs: readonly FailedJob[];
  query: Record<string, string>;
  next: number | undefined;
}

/** Display names of the job kinds. */
const KINDS: Readonly<Record<string, string>> = {
  backup: "Backup",
  cleanup: "Cleanup",
  remove_messages: "Removal of a deleted user's messages",
};

export function JobsPage({ shell, jobs, query, next }: Props) {
  return (
    <AdminPage
      shell={shell}
      section="jobs"
      title="Jobs"
      lead="Background jobs that have failed repeatedly. “Retry” runs a job once more, now."
    >
      <Table
        caption="Failed jobs"
        columns={[
          { head: "Job", class: "cell-first", cell: ({ kind }) => <strong>{nameOf(kind)}</strong> },
          { head: "Reason", class: "cell-text", cell: ({ error }) => error },
          { head: "Attempts", cell: ({ attempts }) => attempts },
          { head: "Failed", cell: ({ failedAt }) => <Time at={failedAt} /> },
          {
            head: "Next attempt",
            cell: ({ nextAt }) => nextAt === null ? <span class="value-none">none</span> : <Time at={nextAt} />,
          },
          {
            head: "Actions",
            class: "cell-acts",
            cell: ({ id, kind }) => (
              <>
                <ActButton
                  shell={shell}
                  action={paths.admin.job(id, "retry")}
                  label="Retry"
                  about={nameOf(kind)}
                  kind="quiet"
                />
                <ActButton
                  shell={shell}
                  action={paths.admin.job(id, "discard")}
                  label="Discard"
                  about={nameOf(kind)}
                  kind="quiet"
                />
              </>
            ),
          },
        ]}
        rows={jobs}
        empty="No failed jobs."
      />
      <Pager path={paths.admin.jobs} query={query} next={next} />
    </AdminPage>
  );
}

function nameOf(kind: string): string {
  return KINDS[kind] ?? kind;
}
