import type { InspectedMessage, Message, Report } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { ActButton } from "./fields.tsx";
import { Time, Who } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { Said } from "./messages.tsx";
import { Pager } from "./table.tsx";

/** All that is said against one message, and what was said around it. */
export interface Case {
  readonly message: Message;
  /** Newest first. */
  readonly reports: readonly Report[];
  readonly context: readonly InspectedMessage[];
}

interface Props {
  shell: Shell;
  cases: readonly Case[];
  query: Record<string, string>;
  next: number | undefined;
}

export function ReportsPage({ shell, cases, query, next }: Props) {
  return (
    <AdminPage
      shell={shell}
      section="reports"
      title="Reports"
      lead="What is done here settles all reports of a message."
    >
      {cases.length === 0 && <p class="empty">No reports wait.</p>}
      {cases.map((each) => <CaseItem each={each} shell={shell} />)}
      <Pager path={paths.admin.reports} query={query} next={next} />
    </AdminPage>
  );
}

function CaseItem({ each: { message, reports, context }, shell }: { each: Case; shell: Shell }) {
  const [first] = reports;
  if (!first) return null;
  const { author } = message;
  const button = (act: string, label: string, kind?: "quiet" | "danger") => (
    <ActButton
      shell={shell}
      action={paths.admin.report(first.id, act)}
      label={label}
      about={`(message of ${author.username})`}
      kind={kind}
    />
  );
  return (
    <article class="panel case" aria-labelledby={`case-${message.id}`}>
      <h2 id={`case-${message.id}`}>
        A message of <Who {...author} plain /> in #{message.room}
      </h2>
      <ul class="reasons">
        {reports.map(({ reporter, reason, createdAt }) => (
          <li>
            <Who {...reporter} plain /> reported it, <Time at={createdAt} />
            {reason === "" ? ", without a reason" : (
              <>
                : <q>{reason}</q>
              </>
            )}
          </li>
        ))}
      </ul>
      <ol class="context" aria-label="The message, and what was said around it">
        {context.map((each) => (
          <li class={each.id === message.id ? "reported" : undefined}>
            <p>
              <Who {...each.author} /> <Time at={each.createdAt} />
              {each.id === message.id && <span class="badge warning">reported</span>}
            </p>
            <Said message={each} />
          </li>
        ))}
      </ol>
      <div class="buttons">
        {button("dismiss", "Dismiss", "quiet")}
        {button("delete", "Delete message")}
        {button("warn", "Warn author")}
        {button("block", "Block author", "danger")}
      </div>
    </article>
  );
}
