import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { newRoomSlug, roomKind, roomName, roomTopic } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { checkTexts, loadUser, name, publishJoined } from "./load.ts";

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
  async run(context, invited, { members: _, ...wanted }) {
    const { store, actor, limits, now } = context;
    await checkTexts(context, wanted);
    const members = invited.map(({ id }) => id);
    const room = await store.rooms.create({ ...wanted, members }, actor, now(), limits);
    publishJoined(context, room, [actor.id, ...members]);
    return { room: room.slug };
  },
});
