import { type Context, Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import { type InstanceSettings, instanceSettings } from "../../db/instance.ts";
import { hasUnseen, mixesScripts } from "../../db/names/confusable.ts";
import { QuestionPage } from "../../views/admin/question.tsx";
import { retentionQuestion } from "../../views/admin/retention_question.tsx";
import { SettingsPage } from "../../views/admin/settings.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { isJson, wantsPage } from "../negotiate.ts";
import { answer, home, readFields } from "./act.ts";
import { requireAdministrator } from "./guard.ts";
import { shellOf } from "./shell.ts";

type Name = keyof InstanceSettings;
type Errors = Partial<Record<Name, string>>;

const NAMES = Object.keys(instanceSettings.shape) as Name[];

/** A form's fields are text, numbers too; what is empty is no number, and not 0. */
function meant(name: Name, value: unknown): unknown {
  if (name === "name" || name === "registration" || typeof value !== "string") return value;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value) ? Number(value) : NaN;
}

/** Whether messages that are kept now will not be. */
function removesMessages(before: InstanceSettings, { retentionDays: after }: InstanceSettings): boolean {
  return after !== 0 && (before.retentionDays === 0 || after < before.retentionDays);
}

export function settingsRoutes(app: App): Hono<Env> {
  async function page(
    c: Context<Env>,
    typed: Record<string, unknown> = {},
    errors: Errors = {},
    refusal: ChatError | undefined = undefined,
  ) {
    const { current, fixed } = app.instance;
    const names = NAMES.filter((name) => fixed[name] !== undefined);
    if (!wantsPage(c)) return c.json({ ...current, fixed: names });
    const values = { ...current } as Record<Name, string | number>;
    for (const name of NAMES) {
      const value = typed[name];
      if (typeof value === "string" && !names.includes(name)) values[name] = value;
    }
    const shell = await shellOf(app, c, { error: refusal?.message });
    const status = refusal ? statusOf[refusal.code] : Object.keys(errors).length > 0 ? 422 : 200;
    return c.html(<SettingsPage shell={shell} values={values} fixed={names} errors={errors} />, status);
  }

  /** Why the instance may not be called so; the name it has is not looked at again. */
  async function wrongName(c: Context<Env>, name: string): Promise<string | undefined> {
    if (name === app.instance.current.name) return undefined;
    if (hasUnseen(name)) return "Name has characters that are not seen, type it anew";
    if (mixesScripts(name)) return "Name mixes letters of different alphabets in one word, use one of them";
    const { moderator } = app.hub.context(requireAdministrator(c).user, await home(app, c));
    if (await moderator.forbidsName(name)) return "Name has a word that is not taken here, choose another";
    const alike = await app.store.users.findAlike(name);
    return alike && `Name looks like that of the user "${alike.username}", choose one that differs more`;
  }

  return new Hono<Env>()
    .get(paths.admin.settings, (c) => page(c))
    .post(paths.admin.settings, async (c) => {
      const { user } = requireAdministrator(c);
      const fields = await readFields(c);
      const refusal = app.hub.refusal(user);
      if (refusal && wantsPage(c)) return await page(c, fields, {}, refusal);
      if (refusal) throw refusal;
      // What was not sent stays as it is.
      const sent = NAMES.filter((name) => fields[name] !== undefined);
      const isForm = !isJson(c);
      const given = Object.fromEntries(sent.map((name) => [name, isForm ? meant(name, fields[name]) : fields[name]]));
      const parsed = instanceSettings.safeParse({ ...app.instance.current, ...given, ...app.instance.fixed });
      if (!parsed.success) {
        const errors: Errors = {};
        for (const { path: [name], message } of parsed.error.issues) errors[name as Name] ??= message;
        if (wantsPage(c)) return await page(c, fields, errors);
        const [field, message] = Object.entries(errors)[0]!;
        throw new ChatError("invalid", message, { field });
      }
      const wrong = await wrongName(c, parsed.data.name);
      if (wrong !== undefined) {
        if (wantsPage(c)) return await page(c, fields, { name: wrong });
        throw new ChatError("invalid", wrong, { field: "name" });
      }
      if (fields.ask === "1" && wantsPage(c) && removesMessages(app.instance.current, parsed.data)) {
        return c.html(
          <QuestionPage shell={await shellOf(app, c)} section="settings" question={retentionQuestion(parsed.data)} />,
        );
      }
      await app.instance.set(parsed.data, user, app.clock.now());
      return answer(c, "settings", paths.admin.settings, fields);
    });
}
