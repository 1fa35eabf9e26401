import type { Report } from "../../db/model.ts";
import { DrawnText } from "../components/drawn_text.tsx";
import { paths } from "../paths.ts";
import type { Question } from "./question.tsx";

interface ReportAct {
  /** What is said when it is done. */
  readonly done: string;
  /** The question before it, where it cannot be undone. */
  readonly asks?: (author: string) => { title: string; text: string; label: string };
}

/** How administrators settle a report. `report_` and the name of each is its command. */
export const reportActs = {
  dismiss: { done: "Report dismissed" },
  delete: {
    done: "Message deleted",
    asks: (author) => ({
      title: `Delete the message of ${author}?`,
      text: "It disappears for everybody, which cannot be undone.",
      label: "Delete message",
    }),
  },
  warn: {
    done: "Author warned",
    asks: (author) => ({
      title: `Warn ${author}?`,
      text: `${author} is told at once. One warning too many blocks.`,
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

/** The question before a report is settled, with what was reported; undefined where none is asked. */
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
