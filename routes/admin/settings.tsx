import { type Context, Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import { type InstanceSettings, instanceSettings } from "../../db/instance.ts";
import { QuestionPage } from "../../views/admin/question.tsx";
import { retentionQuestion } from "../../views/admin/retention_question.tsx";
import { SettingsPage } from "../../views/admin/settings.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import { done } from "./done.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { isJson, wantsPage } from "../negotiate.ts";
import { act, answer, readFields } from "./act.ts";
import { shellOf } from "./shell.ts";

type Name = keyof InstanceSettings;
type Errors = Partial<Record<Name, string>>;

const NAMES = Object.keys(instanceSettings.shape) as Name[];

/** Converts form fields, which are all text. An empty number is NaN, not 0. */
function meant(name: Name, value: unknown): unknown {
  if (name === "name" || name === "registration" || typeof value !== "string") return value;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value) ? Number(value) : NaN;
}

/** Whether the change removes messages that are kept now. */
function removesMessages(before: InstanceSettings, { retentionDays: after }: InstanceSettings): boolean {
  return after !== 0 && (before.retentionDays === 0 || after < before.retentionDays);
}

export function settingsRoutes(app: App): Hono<Env> {
  async function page(c: Context<Env>, typed: Record<string, unknown>, error?: ChatError) {
    const { current, fixed } = app.instance;
    const names = NAMES.filter((name) => fixed[name] !== undefined);
    if (!wantsPage(c)) return c.json({ ...current, fixed: names });
    const values = { ...current } as Record<Name, string | number>;
    for (const name of NAMES) {
      const value = typed[name];
      if (typeof value === "string" && !names.includes(name)) values[name] = value;
    }
    const errors: Errors = error?.fields ?? {};
    // Field errors are shown beside the fields.
    const general = Object.keys(errors).length === 0 ? error?.message : undefined;
    const shell = await shellOf(app, c, { error: general });
    return c.html(
      <SettingsPage shell={shell} values={values} fixed={names} errors={errors} />,
      error ? statusOf[error.code] : 200,
    );
  }

  return new Hono<Env>()
    .get(
      paths.admin.settings,
      describe((s) => ({
        group: "instance",
        id: "showSettings",
        summary: "Show settings",
        access: "administrators",
        answer: {
          text: "All settings",
          schema: s.Settings,
          example: {
            name: "Chatterbox",
            registration: "open",
            warnings: 2,
            warningDays: 30,
            sessionDays: 30,
            retentionDays: 0,
            fixed: ["registration"],
          },
        },
      })),
      (c) => page(c, {}),
    )
    .post(
      paths.admin.settings,
      describe((s) => ({
        group: "instance",
        id: "changeSettings",
        summary: "Change settings",
        description: "Omitted settings stay unchanged, and so do those set in the environment.",
        access: "administrators",
        body: s.settings.partial(),
        example: { body: { name: "Chess club" } },
        answer: {
          text: "The settings are in effect",
          schema: s.done(done.settings),
          example: { message: done.settings },
        },
      })),
      async (c) => {
        const fields = await readFields(c);
        const { current, fixed } = app.instance;
        const sent = NAMES.filter((name) => fields[name] !== undefined && fixed[name] === undefined);
        const isForm = !isJson(c);
        const given = Object.fromEntries(sent.map((name) => [name, isForm ? meant(name, fields[name]) : fields[name]]));
        if (fields.ask === "1" && wantsPage(c)) {
          const { success, data } = instanceSettings.safeParse({ ...current, ...given });
          if (success && removesMessages(current, data)) {
            const question = retentionQuestion(data);
            return c.html(<QuestionPage shell={await shellOf(app, c)} section="settings" question={question} />);
          }
        }
        try {
          await act(app, c, "change_settings", given);
        } catch (error) {
          if (error instanceof ChatError && wantsPage(c)) return await page(c, fields, error);
          throw error;
        }
        return answer(c, "settings", paths.admin.settings, fields);
      },
    );
}
