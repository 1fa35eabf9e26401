import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { newRoomSlug, roomKind, roomName, roomTopic } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { loadUser, name } from "./load.ts";

/** Members that a room can begin with, beside its owner. */
const INVITED_MAX = 100;

/** Makes a public or private room, owned by the actor. */
export const createRoom = command({
  type: "create_room",
  input: z.object({
    name: roomName,
    kind: roomKind.default("public"),
    slug: newRoomSlug.optional(),
    topic: roomTopic.default(""),
    members: z.array(name).max(INVITED_MAX, `At most ${INVITED_MAX} members can be invited at once`).default([]),
  }),
  load: (context, { members }) => Promise.all(members.map((each) => loadUser(context, each))),
  permit: (actor) => can.post(actor) || "You cannot create rooms",
  async run({ store, bus, actor, moderator, limits, now }, invited, { members: _, ...wanted }) {
    for (const text of [wanted.name, wanted.topic]) {
      if (await moderator.forbidsName(text)) {
        throw new ChatError("invalid", "This has a word that is not taken here, choose another", {
          field: text === wanted.name ? "name" : "topic",
        });
      }
    }
    const members = invited.map(({ id }) => id);
    const room = await store.rooms.create({ ...wanted, members }, actor, now(), limits);
    for (const user of new Set([actor.id, ...members])) {
      bus.publish("people", { type: "room_joined", user, room: room.id });
    }
    return { room: room.slug };
  },
});
