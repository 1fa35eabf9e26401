import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { loadMessage, messageId } from "./load.ts";

export const remove = command({
  type: "delete",
  input: z.object({ id: messageId, reason }),
  async load(context, input) {
    const message = await loadMessage(context, input);
    const { actor, store } = context;
    if (message.author.id === actor.id || actor.isAdmin) return { message, role: undefined };
    return { message, role: (await store.rooms.membership(actor.id, message.roomId))?.role };
  },
  permit: (actor, { message, role }) =>
    can.deleteMessage(actor, message, role) || "You can delete only your own messages",
  async run({ store, bus, actor, now }, { message: { id, roomId } }, input) {
    const message = await store.messages.remove(id, actor, now(), input.reason);
    if (message) bus.publish(roomTopic(roomId), { type: "message", message });
    return { id };
  },
});
