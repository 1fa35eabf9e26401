import * as z from "zod";
import { type Context, Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import { WordsPage } from "../../views/admin/words.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { wantsPage } from "../negotiate.ts";
import { entry, removeWord } from "../../ws/commands/moderation/words.ts";
import { done } from "./done.ts";
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
    .get(
      paths.admin.words,
      describe((s) => ({
        group: "messages",
        id: "listWords",
        summary: "List custom words",
        description: "They extend the built-in list, or are exceptions to it.",
        access: "administrators",
        answer: {
          text: "All custom words",
          schema: z.object({ words: z.array(s.Word) }),
          example: { words: [{ word: "fiddlesticks", kind: "forbidden" }] },
        },
      })),
      (c) => page(c, {}),
    )
    .post(
      paths.admin.words,
      describe((s) => ({
        group: "messages",
        id: "putWord",
        summary: "Forbid or allow a word",
        access: "administrators",
        body: entry,
        example: { body: { word: "fiddlesticks", kind: "forbidden" } },
        answer: { text: "The rule is in effect", schema: s.done(done.put_word), example: { message: done.put_word } },
      })),
      async (c) => {
        const fields = await readFields(c);
        try {
          await act(app, c, "put_word", fields);
        } catch (error) {
          if (error instanceof ChatError && wantsPage(c)) return await page(c, fields, error);
          throw error;
        }
        return answer(c, "put_word", paths.admin.words, fields);
      },
    )
    .post(
      paths.admin.removeWord,
      describe((s) => ({
        group: "messages",
        id: "removeWord",
        summary: "Remove a custom word",
        access: "administrators",
        body: removeWord.input,
        example: { body: { word: "balderdash" } },
        answer: {
          text: "The word was removed",
          schema: s.done(done.remove_word),
          example: { message: done.remove_word },
        },
        errors: { not_found: "Word not found" },
      })),
      async (c) => {
        const fields = await readFields(c);
        await act(app, c, "remove_word", fields);
        return answer(c, "remove_word", paths.admin.words, fields);
      },
    );
}
