import { type Context, Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import { WordsPage } from "../../views/admin/words.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, readFields } from "./act.ts";
import { shellOf } from "./shell.ts";

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
      const fields = await readFields(c);
      try {
        await act(app, c, "put_word", fields);
      } catch (error) {
        if (error instanceof ChatError && wantsPage(c)) return await page(c, fields, error);
        throw error;
      }
      return answer(c, "put_word", paths.admin.words, fields);
    })
    .post(paths.admin.removeWord, async (c) => {
      const fields = await readFields(c);
      await act(app, c, "remove_word", fields);
      return answer(c, "remove_word", paths.admin.words, fields);
    });
}
