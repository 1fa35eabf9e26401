import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";

export const typing = command({
  type: "typing",
  input: z.object({}),
  load: ({ room }) => room,
  permit: (actor) => can.post(actor) || "You cannot post here",
  run({ bus, actor }, room) {
    bus.publish(roomTopic(room.id), { type: "typing", user: { id: actor.id, username: actor.username } });
    return undefined;
  },
});
