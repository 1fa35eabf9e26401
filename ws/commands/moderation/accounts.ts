import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { Operator, User, UserId } from "../../../db/model.ts";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { act, type AnyCommand, command, type CommandContext, type Outcome } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";

const WHO = "User must be an id (a number) or a name (text)";

export const ADMINISTRATORS_ONLY = "Only administrators may do this";

export const account = z.object({
  /** A number is an id and text is a name: there may be a user named "002". */
  user: z.union([z.number().int(WHO).positive(WHO), z.string().min(1, WHO).max(254, WHO)], { error: WHO }),
  reason,
});

/** What happens to a deleted user's messages. */
export const messagesLeft = z.enum(["keep", "remove"], { error: "Messages must be keep or remove" });

/** Loads a user for an administrator. Others get `forbidden`, whether the user exists or not. */
export async function loadAccount(
  { store, actor }: Pick<CommandContext<User | Operator>, "store" | "actor">,
  { user }: { user: number | string },
): Promise<User> {
  if (!can.administer(actor)) throw new ChatError("forbidden", ADMINISTRATORS_ONLY);
  const found = typeof user === "number"
    ? await store.users.find(user as UserId)
    : (await store.users.findLogin(user))?.user;
  if (!found) throw new ChatError("not_found", "User not found");
  return found;
}

function accountAct(
  type: string,
  run: (context: CommandContext<User | Operator>, user: User, reason: string) => Promise<Outcome>,
): AnyCommand<User | Operator> {
  return act({
    type,
    input: account,
    load: loadAccount,
    permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
    run: (context, user, { reason }) => run(context, user, reason),
  });
}

/** Acts of administrators on users. Each is recorded in the audit log. */
export const accounts: AnyCommand<User | Operator>[] = [
  accountAct("block", async ({ store, bus, actor, now }, user, reason) => {
    await store.moderation.block(user.id, actor, reason, now());
    bus.publish("people", { type: "user_blocked", user: user.id });
    return {};
  }),

  accountAct("unblock", async ({ store, actor, now }, user, reason) => {
    await store.moderation.unblock(user.id, actor, reason, now());
    return {};
  }),

  accountAct("promote", async ({ store, bus, actor, now }, user, reason) => {
    const changed = await store.moderation.setAdmin(user.id, true, actor, now(), reason);
    bus.publish("people", { type: "user_changed", user: changed });
    return {};
  }),

  accountAct("demote", async ({ store, bus, actor, now }, user, reason) => {
    const changed = await store.moderation.setAdmin(user.id, false, actor, now(), reason);
    bus.publish("people", { type: "user_changed", user: changed });
    return {};
  }),

  accountAct("warn", async ({ moderator, actor }, user, reason) => {
    await moderator.warn(user, { by: actor, reason });
    return {};
  }),

  accountAct("reset_warnings", async ({ store, actor, now }, user) => {
    await store.moderation.resetWarnings(user.id, actor, now());
    return {};
  }),

  accountAct("end_sessions", async ({ store, bus, actor, now }, user, reason) => {
    await store.moderation.endSessions(user.id, actor, now(), reason);
    bus.publish("people", { type: "sessions_ended", user: user.id });
    return {};
  }),

  accountAct("reset_password", async ({ store, actor, now }, user) => {
    return { secret: await store.moderation.startPasswordReset(user.id, actor, now()) };
  }),
];

/** Not open to the operator: removed messages name the user who removed them, and the operator is none. */
export const deleteAccount = command({
  type: "delete_account",
  input: account.extend({ messages: messagesLeft }),
  load: loadAccount,
  permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
  async run({ store, bus, actor, now }, user, { messages, reason }) {
    await store.moderation.deleteAccount(user.id, messages, actor, now(), reason);
    bus.publish("people", { type: "user_blocked", user: user.id });
    if (messages === "keep") return {};
    let removed;
    do {
      removed = await store.moderation.removeMessagesOf(user.id, actor.id, now());
      for (const message of removed) bus.publish(roomTopic(message.roomId), { type: "message", message });
    } while (removed.length > 0);
    return {};
  },
});
