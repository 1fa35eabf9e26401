import type { InspectedMessage, Message, Report } from "../../db/model.ts";
import { fateOf } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { DrawnText } from "../components/drawn_text.tsx";
import { Download } from "./download.tsx";
import { ActButton } from "./fields.tsx";
import { Time, Who } from "./facts.tsx";
import { AdminPage, type Shell } from "./layout.tsx";
import { Said } from "./messages.tsx";
import { AskLink } from "./question.tsx";
import { Pager } from "./table.tsx";

/** A message with all reports of it and its context. */
export interface Case {
  readonly message: Message;
  /** Newest first. */
  readonly reports: readonly Report[];
  readonly context: readonly InspectedMessage[];
  /** Why the author cannot be blocked; undefined if they can. */
  readonly whyNoBlock: string | undefined;
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
      lead="An action resolves all reports of the message."
      tools={<Download what="reports" filter={{}} />}
    >
      {cases.length === 0 && <p class="table-empty">No open reports.</p>}
      {cases.map((each) => <CaseItem each={each} shell={shell} />)}
      <Pager path={paths.admin.reports} query={query} next={next} />
    </AdminPage>
  );
}

function CaseItem({ each, shell }: { each: Case; shell: Shell }) {
  const { message, reports, context, whyNoBlock } = each;
  const [first] = reports;
  if (!first) return null;
  const { reported, isAuthorGone } = first;
  const about = `(message by ${reported.username})`;
  const asked = (act: string, label: string, danger = false) => (
    <AskLink href={paths.admin.report(first.id, act)} here={shell.here} label={label} about={about} danger={danger} />
  );
  return (
    <article class="panel report" aria-labelledby={`case-${message.id}`}>
      <h2 id={`case-${message.id}`}>
        Message by {isAuthorGone ? reported.username : <Who {...message.author} plain />} in #{message.room}
      </h2>
      <ul class="report-reasons">
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
      {versionsOf(reports).map((report) => <AsReported report={report} />)}
      <ol class="report-context" aria-label="The current message and its context">
        {context.map((each) => (
          <li class={each.id === message.id ? "report-reported" : undefined}>
            <p>
              <Who {...each.author} /> <Time at={each.createdAt} />
              {each.id === message.id && <span class="badge warning">reported</span>}
            </p>
            <Said message={each} />
          </li>
        ))}
      </ol>
      <div class="button-row">
        <ActButton
          action={paths.admin.report(first.id, "dismiss")}
          shell={shell}
          label="Dismiss"
          about={about}
          kind="quiet"
        />
        {message.deletedAt === null && asked("delete", "Delete message")}
        {!isAuthorGone && asked("warn", "Warn author")}
        {!isAuthorGone && whyNoBlock === undefined && asked("block", "Block author", true)}
      </div>
      {!isAuthorGone && whyNoBlock !== undefined && <p class="message-fate">{whyNoBlock}.</p>}
    </article>
  );
}

/** One report per reported text: the message may have been edited between reports. */
function versionsOf(reports: readonly Report[]): Report[] {
  return [...new Map(reports.map((report) => [report.reported.content, report])).values()];
}

const FATES = {
  unchanged: "Unchanged since",
  edited: "Edited since",
  deleted: "Deleted since",
} as const;

/** The reported text, and what has happened to the message since. */
function AsReported({ report }: { report: Report }) {
  const { reported, isAuthorGone } = report;
  return (
    <figure class="report-original">
      <figcaption>
        As reported: {reported.username}, <Time at={reported.editedAt ?? reported.createdAt} />
      </figcaption>
      {reported.content === ""
        ? <p class="message-fate">The text was removed with the account</p>
        : (
          <blockquote class="message-said">
            <DrawnText text={reported.content} />
          </blockquote>
        )}
      <p class="message-fate">
        {FATES[fateOf(report)]}
        {isAuthorGone && "; the account was deleted"}
      </p>
    </figure>
  );
}
