import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { REASON_MAX } from "../../../db/rules.ts";
import { roomTopic } from "../../bus/topics.ts";
import { command } from "../../command.ts";
import { ADMINISTRATORS_ONLY } from "../moderation/accounts.ts";
import { loadManaged, room } from "./load.ts";

/** How long a room stays open for inspection: a day, in ms. */
const INSPECTION = 24 * 60 * 60 * 1000;

/** Lets administrators read a private room's messages for a day. Its members are told, and it is in the audit log. */
export const inspectRoom = command({
  type: "inspect_room",
  input: z.object({
    room,
    reason: z.string({ error: "Reason is required" }).trim().min(1, "Reason is required").max(
      REASON_MAX,
      `Reason must have at most ${REASON_MAX} characters`,
    ),
  }),
  load(context, input) {
    if (!can.administer(context.actor)) throw new ChatError("forbidden", ADMINISTRATORS_ONLY);
    return loadManaged(context, input.room);
  },
  permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
  async run({ store, bus, actor, now }, { room }, { reason }) {
    await store.rooms.inspect(room.id, now() + INSPECTION, actor, now(), reason);
    const content = `An administrator may read this room for a day: ${reason}`;
    bus.publish(roomTopic(room.id), { type: "system", content });
    bus.publish("people", { type: "room_changed", room: room.id });
    return {};
  },
});
