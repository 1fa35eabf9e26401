import type { InstanceSettings } from "../../db/instance.ts";
import { paths } from "../paths.ts";
import { plural } from "./facts.tsx";
import type { Question } from "./question.tsx";

/** The question before settings that remove messages; the other settings go with it. */
export function retentionQuestion(settings: InstanceSettings): Question {
  return {
    title: `Keep messages for ${plural(settings.retentionDays, "day")} only?`,
    text: "Older messages, and the reports of them, are removed for good within minutes. This cannot be undone.",
    action: paths.admin.settings,
    label: "Save, and remove older messages",
    back: paths.admin.settings,
    reason: false,
    fields: Object.entries(settings).map(([name, value]) => <input type="hidden" name={name} value={String(value)} />),
  };
}
