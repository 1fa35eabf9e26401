import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { word } from "../../../db/rules.ts";
import { act } from "../../command.ts";
import { ADMINISTRATORS_ONLY } from "./accounts.ts";

/** An entry in the instance's own list of words. */
export const entry = z.object({
  word,
  kind: z.enum(["forbidden", "allowed"], { error: "Kind must be forbidden or allowed" }),
});

export const putWord = act({
  type: "put_word",
  input: entry,
  load: () => undefined,
  permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
  async run({ store, bus, actor, now }, _, input) {
    await store.words.put(input, actor, now());
    bus.publish("instance", { type: "words_changed" });
    return {};
  },
});

export const removeWord = act({
  type: "remove_word",
  // Not validated as `word`: an earlier version may have accepted words that this one refuses.
  input: z.object({ word: z.string({ error: "Word is required" }).max(254, "Word not found").trim().toLowerCase() }),
  load: () => undefined,
  permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
  async run({ store, bus, actor, now }, _, { word }) {
    if (!await store.words.remove(word, actor, now())) throw new ChatError("not_found", "Word not found");
    bus.publish("instance", { type: "words_changed" });
    return {};
  },
});
