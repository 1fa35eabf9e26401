import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { content, nonce } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { loadMessage, messageId } from "./load.ts";

export const edit = command({
  type: "edit",
  input: z.object({ id: messageId, content, nonce: nonce.optional() }),
  load: loadMessage,
  permit: (actor, message) => can.editMessage(actor, message) || "You can edit only your own messages",
  async run({ store, bus, moderator, actor, now }, { id, roomId }, input) {
    await moderator.check(actor, input.content, input.nonce, `edit ${id}`);
    const edited = await store.messages.edit(id, input.content, now());
    if (!edited) throw new ChatError("not_found", "Message not found");
    if (edited.changed) bus.publish(roomTopic(roomId), { type: "message", message: edited.message });
    return { id };
  },
});
