import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { Member, Membership, Room, User, UserId } from "../../../db/model.ts";
import { roomSlug, username } from "../../../db/rules.ts";
import type { CommandContext } from "../../command.ts";

/** Every command about a room itself names it. */
export const room = z.string({ error: "Room must be text" });

/** By name; an email is no name here. */
export const name = z.string({ error: "Username must be text" }).min(1, "Username is required").max(
  64,
  "User not found",
);

/** A room as the actor may see it, and what they are in it. */
export interface Visible {
  readonly room: Room;
  readonly membership: Membership | undefined;
}

type Context = Pick<CommandContext, "store" | "actor">;

/** The room of a member, or a public one. Throws `not_found`. */
export async function loadVisible({ store, actor }: Context, slug: string): Promise<Visible> {
  const found = roomSlug.safeParse(slug).success && await store.rooms.visibleTo(actor.id, slug);
  if (!found) throw new ChatError("not_found", "Room not found");
  return found;
}

/** The room of a member. Throws `not_found`. */
export async function loadOwn(context: Context, slug: string): Promise<Membership> {
  const { membership } = await loadVisible(context, slug);
  if (!membership) throw new ChatError("not_found", "Room not found");
  return membership;
}

/** A room to be managed: administrators manage those too that they are not in, though not direct messages. */
export async function loadManaged(context: Context, slug: string): Promise<Visible> {
  const { store, actor } = context;
  const managed = actor.isAdmin && roomSlug.safeParse(slug).success && await store.rooms.find(slug);
  if (!managed) return await loadVisible(context, slug);
  return { room: managed, membership: await store.rooms.membership(actor.id, managed.id) };
}

/** A user by name. Throws `not_found`. */
export async function loadUser({ store }: Context, wanted: string): Promise<User> {
  const parsed = username.safeParse(wanted);
  const found = parsed.success ? await store.users.findLogin(parsed.data) : undefined;
  if (!found) throw new ChatError("not_found", `There is no user "${wanted.slice(0, 32)}"`, { field: "username" });
  return found.user;
}

/** A member by name. Throws `not_found`. */
export async function loadMember(context: Context, room: Room, wanted: string): Promise<Member> {
  const user = await loadUser(context, wanted);
  const member = await context.store.rooms.member(room.id, user.id);
  if (!member) throw new ChatError("not_found", `${user.username} is not a member`, { field: "username" });
  return member;
}

/** Refuses a name or topic with a word of the word list. Throws `invalid` with the field. */
export async function checkTexts(
  { moderator }: Pick<CommandContext, "moderator">,
  texts: { readonly name?: string | undefined; readonly topic?: string | undefined },
): Promise<void> {
  for (const field of ["name", "topic"] as const) {
    const text = texts[field];
    if (text === undefined || !await moderator.forbidsName(text)) continue;
    const what = field === "name" ? "Name" : "Topic";
    throw new ChatError("invalid", `${what} contains a forbidden word, choose another`, { field });
  }
}

/** Tells users that they have become members. */
export function publishJoined({ bus }: Pick<CommandContext, "bus">, room: Room, users: Iterable<UserId>): void {
  for (const user of new Set(users)) bus.publish("people", { type: "room_joined", user, room: room.id });
}
