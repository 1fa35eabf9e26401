import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { Member, User } from "../../../db/model.ts";
import { can } from "../../../db/policy.ts";
import { reason, role, TIME_OUT_MAX } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { loadManaged, loadMember, loadUser, loadVisible, name, publishJoined, room, type Visible } from "./load.ts";

/** Invites a user: they are a member at once. Any member can. */
export const addMember = command({
  type: "add_member",
  input: z.object({ room, username: name, role: role.default("member") }),
  async load(context, input) {
    return { ...await loadVisible(context, input.room), user: await loadUser(context, input.username) };
  },
  permit(actor, { room, membership }) {
    if (!can.post(actor)) return "You cannot invite";
    return membership !== undefined || room.kind === "public" && actor.isAdmin || "Join the room before you invite";
  },
  async run({ store, bus, actor, now }, { room, membership, user }, input) {
    if (input.role !== "member" && !can.manageRoom(actor, membership?.role)) {
      throw new ChatError("forbidden", "Only owners give roles");
    }
    if (user.isBlocked) throw new ChatError("conflict", `${user.username} is blocked`, { field: "username" });
    if (!await store.rooms.join(room.id, user, now(), { by: actor, role: input.role })) {
      throw new ChatError("conflict", `${user.username} is a member already`, { field: "username" });
    }
    publishJoined({ bus }, room, [user.id]);
    return {};
  },
});

async function loadModerated(
  context: Parameters<typeof loadManaged>[0],
  input: { room: string; username: string },
): Promise<Visible & { member: Member }> {
  const visible = await loadManaged(context, input.room);
  if (!can.moderateRoom(context.actor, visible.membership?.role)) {
    // Who is no moderator is told so, and not who is a member.
    return { ...visible, member: { user: context.actor, role: "member", joinedAt: 0, timedOutUntil: null } };
  }
  return { ...visible, member: await loadMember(context, visible.room, input.username) };
}

/** Moderators act on members, owners and administrators on everybody. */
function moderates(actor: User, { membership, member }: Visible & { member: Member }): true | string {
  if (!can.moderateRoom(actor, membership?.role)) return "Only moderators can do this";
  return member.role === "member" || can.manageRoom(actor, membership?.role) || "Only owners act on moderators";
}

/** Ends somebody's membership. */
export const removeMember = command({
  type: "remove_member",
  input: z.object({ room, username: name, reason }),
  load: loadModerated,
  permit: moderates,
  async run({ store, bus, actor, now }, { room, member: { user } }, input) {
    await store.rooms.leave(room.id, user, now(), actor, input.reason);
    bus.publish("people", { type: "room_left", user: user.id, room: room.id });
    return {};
  },
});

export const setRole = command({
  type: "set_role",
  input: z.object({ room, username: name, role }),
  load: loadModerated,
  permit: (actor, { membership }) => can.manageRoom(actor, membership?.role) || "Only owners give roles",
  async run({ store, bus, actor, now }, { room, member: { user } }, input) {
    await store.rooms.setRole(room.id, user, input.role, actor, now());
    bus.publish("people", { type: "room_changed", room: room.id });
    return {};
  },
});

/** A member may not post for a while; 0 ends it. */
export const timeOut = command({
  type: "time_out",
  input: z.object({
    room,
    username: name,
    seconds: z.number({ error: "Seconds is not a number" }).int("Seconds is not a whole number").min(
      0,
      "Seconds is negative",
    ).max(TIME_OUT_MAX, "A time-out lasts at most 28 days"),
    reason,
  }),
  load: loadModerated,
  permit(actor, subject) {
    if (subject.member.user.id === actor.id && can.moderateRoom(actor, subject.membership?.role)) {
      return "You cannot time yourself out";
    }
    return moderates(actor, subject);
  },
  async run({ store, bus, actor, now }, { room, member: { user } }, { seconds, reason }) {
    const until = seconds === 0 ? null : now() + seconds * 1000;
    await store.rooms.timeOut(room.id, user, until, actor, now(), reason);
    bus.publish("people", { type: "membership_changed", user: user.id, room: room.id });
    return {};
  },
});
