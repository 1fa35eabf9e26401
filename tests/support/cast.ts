import type { Message, Room, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";

/** A moment in the past, in ms: tests with a manual clock begin here. */
export const T0 = Date.UTC(2026, 0, 1, 12);

/** A user without a valid password. */
export async function account(store: Store, username: string, email: string | null = null): Promise<User> {
  return await store.users.create({ username, email, passwordHash: "$2b$04$hash" }, T0);
}

export interface Cast {
  readonly alice: User;
  readonly bob: User;
  readonly carol: User;
  /** The default room. */
  readonly room: Room;
  /** Posts to the room. */
  say(author: User, content: string, options?: { nonce?: string | null; now?: number }): Promise<Message>;
}

/** Alice, the administrator, with Bob and Carol in the default room. */
export async function castOf(store: Store): Promise<Cast> {
  const alice = await account(store, "alice", "alice@example.org");
  const bob = await account(store, "bob");
  const carol = await account(store, "carol");
  const room = (await store.rooms.findFor(alice.id, "general"))!;
  return {
    alice,
    bob,
    carol,
    room,
    async say(author, content, { nonce = null, now = T0 } = {}) {
      const { message } = await store.messages.post({ room: room.id, author: author.id, content, nonce }, now);
      return message;
    },
  };
}
