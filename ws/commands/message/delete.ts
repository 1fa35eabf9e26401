import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { loadMessage, messageId } from "./load.ts";

export const remove = command({
  type: "delete",
  input: z.object({ id: messageId, reason }),
  load: loadMessage,
  permit: (actor, message) => can.deleteMessage(actor, message) || "You can delete only your own messages",
  async run({ store, bus, actor, now }, { id, roomId }, input) {
    const message = await store.messages.remove(id, actor, now(), input.reason);
    if (message) bus.publish(roomTopic(roomId), { type: "message", message });
    return { id };
  },
});
