import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { content, nonce } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { room } from "./load.ts";

export const send = command({
  type: "send",
  input: z.object({ room, content, nonce: nonce.optional() }),
  load: (context, input) => context.room(input.room),
  permit: (actor) => can.post(actor) || "You cannot post here",
  async run({ store, bus, moderator, actor, metrics, now }, room, input) {
    await moderator.check(actor, input.content, input.nonce, `send ${room.id}`);
    const { message, isNew } = await store.messages.post(
      { room: room.id, author: actor.id, content: input.content, nonce: input.nonce ?? null },
      now(),
    );
    if (isNew) {
      metrics.messages += 1;
      bus.publish(roomTopic(room.id), { type: "message", message });
    }
    return { id: message.id };
  },
});
