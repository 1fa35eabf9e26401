import type { Report } from "../../db/model.ts";
import { DrawnText } from "../components/drawn_text.tsx";
import { paths } from "../paths.ts";
import type { Question } from "./question.tsx";

interface ReportAct {
  /** Message after it is done. */
  readonly done: string;
  /** Confirmation of an act that cannot be undone. */
  readonly asks?: (author: string) => { title: string; text: string; label: string };
}

/** Acts that resolve a report. The command is `report_` and the key. */
export const reportActs = {
  dismiss: { done: "Report dismissed" },
  delete: {
    done: "Message deleted",
    asks: (author) => ({
      title: `Delete the message by ${author}?`,
      text: "It is removed for everyone. This cannot be undone.",
      label: "Delete message",
    }),
  },
  warn: {
    done: "Author warned",
    asks: (author) => ({
      title: `Warn ${author}?`,
      text: `${author} is notified at once. Too many warnings block a user.`,
      label: "Warn author",
    }),
  },
  block: {
    done: "Author blocked",
    asks: (author) => ({
      title: `Block ${author}?`,
      text: `All connections of ${author} are closed at once, and the account cannot log in until it is unblocked.`,
      label: "Block author",
    }),
  },
} as const satisfies Record<string, ReportAct>;

export type ReportActName = keyof typeof reportActs;

export const reportActNames = Object.keys(reportActs) as ReportActName[];

/** The confirmation of an act, with the reported message; undefined if it needs none. */
export function questionAbout(act: ReportActName, report: Report, back: string): Question | undefined {
  const { asks }: ReportAct = reportActs[act];
  if (!asks) return undefined;
  const { text, ...rest } = asks(report.reported.username);
  return {
    ...rest,
    action: paths.admin.report(report.id, act),
    back,
    text: (
      <>
        <p>{text}</p>
        {report.reported.content !== "" && (
          <blockquote class="message-said">
            <DrawnText text={report.reported.content} />
          </blockquote>
        )}
      </>
    ),
  };
}
