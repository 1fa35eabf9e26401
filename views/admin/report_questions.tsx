import type { Report } from "../../db/model.ts";
import { paths } from "../paths.ts";
import { DrawnText } from "../components/drawn_text.tsx";
import type { Question } from "./question.tsx";

/** What is done about a report and asked about first. */
export const ASKED = ["delete", "warn", "block"] as const;

type Asked = typeof ASKED[number];

const ASKS: Record<Asked, (author: string) => { title: string; text: string; label: string }> = {
  delete: (author) => ({
    title: `Delete the message of ${author}?`,
    text: "It disappears for everybody, which cannot be undone.",
    label: "Delete message",
  }),
  warn: (author) => ({
    title: `Warn ${author}?`,
    text: `${author} is told at once. One warning too many blocks.`,
    label: "Warn author",
  }),
  block: (author) => ({
    title: `Block ${author}?`,
    text: `Every window of ${author} is closed at once, and nobody can log in by that name until it is unblocked.`,
    label: "Block author",
  }),
};

/** The question before a report is settled: it quotes what was reported. */
export function questionAbout(act: Asked, report: Report, back: string): Question {
  const { text, ...asks } = ASKS[act](report.reported.username);
  return {
    ...asks,
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
