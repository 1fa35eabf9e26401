import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { notify } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { loadOwn, loadVisible, publishJoined, room } from "./load.ts";

/** Becomes a member of a public room. */
export const join = command({
  type: "join",
  input: z.object({ room }),
  load: (context, input) => loadVisible(context, input.room),
  permit: (actor) => can.post(actor) || "You cannot join rooms",
  async run({ store, bus, actor, now }, { room, membership }) {
    if (membership) return { room: room.slug };
    if (await store.rooms.join(room.id, actor, now())) publishJoined({ bus }, room, [actor.id]);
    return { room: room.slug };
  },
});

/** Stops being a member. Harmless when one is none. */
export const leave = command({
  type: "leave",
  input: z.object({ room }),
  load: (context, input) => loadVisible(context, input.room),
  permit: () => true,
  async run({ store, bus, actor, now }, { room }) {
    await store.rooms.leave(room.id, actor, now());
    bus.publish("people", { type: "room_left", user: actor.id, room: room.id });
    return {};
  },
});

/** Says how far the actor has read, on all devices: a smaller place than before marks as unread. */
export const read = command({
  type: "read",
  input: z.object({
    room,
    seq: z.number({ error: "Seq is not a number" }).int("Seq is not a whole number").min(0, "Seq is negative"),
  }),
  load: (context, input) => loadOwn(context, input.room),
  permit: () => true,
  async run({ store, bus, actor }, { room }, input) {
    const seq = await store.rooms.setRead(room.id, actor.id, input.seq);
    bus.publish("reads", { room: room.id, marks: [{ user: actor.id, seq }], isExact: true });
    return {};
  },
});

/** How the actor sees a room: what they are notified of, and whether it is a favourite. */
export const prefer = command({
  type: "prefer",
  input: z.object({
    room,
    notify: notify.optional(),
    favourite: z.boolean({ error: "Favourite must be true or false" }).optional(),
  }),
  load: (context, input) => loadOwn(context, input.room),
  permit: () => true,
  async run({ store, bus, actor }, { room }, { notify, favourite }) {
    if (notify === undefined && favourite === undefined) throw new ChatError("invalid", "There is nothing to change");
    await store.rooms.prefer(room.id, actor.id, { notify, isFavourite: favourite });
    bus.publish("people", { type: "membership_changed", user: actor.id, room: room.id });
    return {};
  },
});
