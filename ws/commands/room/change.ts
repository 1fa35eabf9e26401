import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { posting, roomKind, roomName, roomTopic, slowMode } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { checkTexts, loadManaged, room } from "./load.ts";

const flag = (what: string) => z.boolean({ error: `${what} must be true or false` });

/** Changes what a room is called and how it works. What is left out stays. */
export const changeRoom = command({
  type: "change_room",
  input: z.object({
    room,
    name: roomName.optional(),
    topic: roomTopic.optional(),
    kind: roomKind.optional(),
    archived: flag("Archived").optional(),
    posting: posting.optional(),
    slow_mode: slowMode.optional(),
    is_default: flag("Default").optional().meta({ description: "New accounts join it; set by administrators" }),
  }),
  load: (context, input) => loadManaged(context, input.room),
  permit: (actor, { membership }) => can.manageRoom(actor, membership?.role) || "Only owners can change a room",
  async run(context, { room }, { room: _, slow_mode, is_default, ...change }) {
    const { store, bus, actor, now } = context;
    if (is_default !== undefined && !can.administer(actor)) {
      throw new ChatError("forbidden", "Only administrators choose the rooms of new accounts");
    }
    await checkTexts(context, change);
    await store.rooms.change(room.id, { ...change, slowMode: slow_mode, isDefault: is_default }, actor, now());
    bus.publish("people", { type: "room_changed", room: room.id });
    return {};
  },
});

/** Deletes a room with everything in it. */
export const deleteRoom = command({
  type: "delete_room",
  input: z.object({ room }),
  load: (context, input) => loadManaged(context, input.room),
  permit: (actor, { membership }) => can.manageRoom(actor, membership?.role) || "Only owners can delete a room",
  async run({ store, bus, actor, now }, { room }) {
    for (const user of await store.rooms.remove(room.id, actor, now())) {
      bus.publish("people", { type: "room_left", user, room: room.id });
    }
    return {};
  },
});
