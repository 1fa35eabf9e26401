import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { Message, MessageId } from "../../../db/model.ts";
import type { CommandContext } from "../../command.ts";

/** A message's id. Always a number: no coercion from text. */
export const messageId = z.number({ error: "Id is not a number" }).int("Id is not a whole number").positive(
  "Id is not a positive number",
).transform((id) => id as MessageId);

/** The room's slug; the default room when absent. */
export const room = z.string({ error: "Room must be text" }).optional();

/** Loads a message that the actor may see. Throws `not_found`. */
export async function loadMessage({ store, actor }: CommandContext, { id }: { id: MessageId }): Promise<Message> {
  const message = await store.messages.findFor(actor.id, id);
  if (!message) throw new ChatError("not_found", "Message not found");
  return message;
}
