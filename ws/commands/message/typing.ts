import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { command } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { room } from "./load.ts";

export const typing = command({
  type: "typing",
  input: z.object({ room }),
  load: (context, input) => context.room(input.room),
  permit: (actor) => can.post(actor) || "You cannot post here",
  run({ bus, actor }, room) {
    bus.publish(roomTopic(room.id), { type: "typing", user: { id: actor.id, username: actor.username } });
    return undefined;
  },
});
