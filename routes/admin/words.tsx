import { type Context, Hono } from "hono";
import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint, word } from "../../db/rules.ts";
import { WordsPage } from "../../views/admin/words.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { wantsPage } from "../negotiate.ts";
import { answer, readFields } from "./act.ts";
import { requireAdministrator } from "./guard.ts";
import { shellOf } from "./shell.ts";

/** A word of the administrator's own. */
export const entry = z.object({
  word,
  kind: z.enum(["forbidden", "allowed"], { error: "Kind must be forbidden or allowed" }),
});

export function wordsRoutes(app: App): Hono<Env> {
  async function page(c: Context<Env>, fields: Record<string, unknown>, error?: ChatError) {
    const words = await app.store.words.list();
    if (!wantsPage(c)) return c.json({ words });
    const text = (value: unknown) => typeof value === "string" ? value : undefined;
    const values = { word: text(fields.word), kind: text(fields.kind) };
    const shell = await shellOf(app, c, { here: paths.admin.words });
    return c.html(<WordsPage {...{ shell, words, values, error }} />, error ? statusOf[error.code] : 200);
  }

  return new Hono<Env>()
    .get(paths.admin.words, (c) => page(c, {}))
    .post(paths.admin.words, async (c) => {
      const { user } = requireAdministrator(c);
      const fields = await readFields(c);
      const refusal = app.hub.refusal(user);
      if (refusal && wantsPage(c)) return await page(c, fields, refusal);
      if (refusal) throw refusal;
      const parsed = entry.safeParse(fields);
      if (!parsed.success) {
        const { message, field } = complaint(parsed.error);
        const error = new ChatError("invalid", message, field === undefined ? {} : { field });
        if (wantsPage(c)) return await page(c, fields, error);
        throw error;
      }
      await app.store.words.put(parsed.data, user, app.clock.now());
      app.bus.publish("instance", { type: "words_changed" });
      return answer(c, "put_word", paths.admin.words, fields);
    })
    .post(paths.admin.removeWord, async (c) => {
      const { user } = requireAdministrator(c);
      const refusal = app.hub.refusal(user);
      if (refusal) throw refusal;
      const fields = await readFields(c);
      const given = typeof fields.word === "string" ? fields.word.trim().toLowerCase() : "";
      if (!await app.store.words.remove(given, user, app.clock.now())) {
        throw new ChatError("not_found", "Word not found");
      }
      app.bus.publish("instance", { type: "words_changed" });
      return answer(c, "remove_word", paths.admin.words, fields);
    });
}
