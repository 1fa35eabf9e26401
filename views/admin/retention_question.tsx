import type { InstanceSettings } from "../../db/instance.ts";
import { paths } from "../paths.ts";
import { plural } from "../quantity.ts";
import type { Question } from "./question.tsx";

/** The confirmation of settings that remove messages. It carries all settings along. */
export function retentionQuestion(settings: InstanceSettings): Question {
  return {
    title: `Keep messages for ${plural(settings.retentionDays, "day")} only?`,
    text: "Older messages and their reports are removed within minutes. This cannot be undone.",
    action: paths.admin.settings,
    label: "Save and remove older messages",
    back: paths.admin.settings,
    reason: false,
    fields: Object.entries(settings).map(([name, value]) => <input type="hidden" name={name} value={String(value)} />),
  };
}
