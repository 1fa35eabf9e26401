import type { Message, Operator, Role, User } from "./model.ts";

/** All permissions. Whether a user can see a room or a message at all is checked by the store, before these. */
export const can = {
  connect: (actor: User): boolean => !actor.isBlocked,
  post: (actor: User): boolean => !actor.isBlocked,
  editMessage: (actor: User, message: Message): boolean => !actor.isBlocked && message.author.id === actor.id,
  /** `role` is the actor's in the message's room. */
  deleteMessage: (actor: User, message: Message, role: Role = "member"): boolean =>
    !actor.isBlocked && (message.author.id === actor.id || actor.isAdmin || role !== "member"),
  /** Rename, archive, delete it, and say who may do what in it. */
  manageRoom: (actor: User, role: Role | undefined): boolean => !actor.isBlocked && (actor.isAdmin || role === "owner"),
  /** Remove members and time them out. */
  moderateRoom: (actor: User, role: Role | undefined): boolean =>
    !actor.isBlocked && (actor.isAdmin || role === "owner" || role === "moderator"),
  report: (actor: User, message: Message): boolean => !actor.isBlocked && message.author.id !== actor.id,
  administer: (actor: User | Operator): boolean => actor === "command line" || actor.isAdmin && !actor.isBlocked,
  seeEmails: (actor: User): boolean => actor.isAdmin && !actor.isBlocked,
};

/** Acts on a user that can be impossible. */
export type Act = "block" | "demote" | "delete_account";

const DONE: Record<Act, string> = { block: "blocked", demote: "demoted", delete_account: "deleted" };

/** Returns the reason why an act is impossible, or undefined. `isLast`: no other active administrator exists. */
export function whyNot(act: string, actor: Pick<User, "id">, user: Pick<User, "id">, isLast: boolean) {
  if (isLast && Object.hasOwn(DONE, act)) return `The last administrator cannot be ${DONE[act as Act]}`;
  if (act === "block" && actor.id === user.id) return "You cannot block yourself";
  return undefined;
}
