import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import { can } from "../../../db/policy.ts";
import { DIRECT_MAX } from "../../../db/store.ts";
import { command } from "../../command.ts";
import { loadUser, name, publishJoined } from "./load.ts";

/** Finds or makes the room of these users and the actor. */
export const direct = command({
  type: "direct",
  input: z.object({
    usernames: z.array(name).min(1, "Name at least one other user").max(
      DIRECT_MAX,
      `Direct messages are for at most ${DIRECT_MAX} users`,
    ),
  }),
  load: (context, { usernames }) => Promise.all(usernames.map((each) => loadUser(context, each))),
  permit: (actor) => can.post(actor) || "You cannot send messages",
  async run(context, users) {
    const { store, actor, limits, now } = context;
    const { room, isNew } = await store.rooms.direct(users, actor, now(), limits);
    if (isNew) publishJoined(context, room, [actor.id, ...users.map(({ id }) => id)]);
    return { room: room.slug };
  },
});

/** No direct messages from or to this user, and their messages are folded. */
export const blockUser = command({
  type: "block_user",
  input: z.object({ username: name }),
  load: (context, { username }) => loadUser(context, username),
  permit: (actor, user) => user.id !== actor.id || "You cannot block yourself",
  async run({ store, actor, now }, user) {
    await store.rooms.block(actor.id, user.id, now());
    return {};
  },
});

export const unblockUser = command({
  type: "unblock_user",
  input: z.object({ username: name }),
  async load({ store, actor }, { username }) {
    const found = (await store.rooms.blockedBy(actor.id)).find((user) =>
      user.username.toLowerCase() === username.toLowerCase()
    );
    if (!found) throw new ChatError("not_found", "You have not blocked this user");
    return found;
  },
  permit: () => true,
  async run({ store, actor }, user) {
    await store.rooms.unblock(actor.id, user.id);
    return {};
  },
});
