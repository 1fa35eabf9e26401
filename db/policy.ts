import type { Message, User } from "./model.ts";

/** Every permission of the app. Whether one can *reach* a room or a message is asked of the store, before these. */
export const can = {
  connect: (actor: User): boolean => !actor.isBlocked,
  post: (actor: User): boolean => !actor.isBlocked,
  editMessage: (actor: User, message: Message): boolean => !actor.isBlocked && message.author.id === actor.id,
  deleteMessage: (actor: User, message: Message): boolean =>
    !actor.isBlocked && (message.author.id === actor.id || actor.isAdmin),
  report: (actor: User, message: Message): boolean => !actor.isBlocked && message.author.id !== actor.id,
  administer: (actor: User): boolean => actor.isAdmin && !actor.isBlocked,
  seeEmails: (actor: User): boolean => actor.isAdmin && !actor.isBlocked,
};
