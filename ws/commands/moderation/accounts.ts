import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { User, UserId } from "../../../db/model.ts";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { type AnyCommand, command, type CommandContext, type Outcome } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";

const WHO = "User must be an id (a number) or a name (text)";

const account = z.object({
  /** A number is an id, text is a name: there may be a user named "002". */
  user: z.union([z.number().int(WHO).positive(WHO), z.string().min(1, WHO).max(254, WHO)], { error: WHO }),
  reason,
});

/** What becomes of what a deleted account has said. */
export const messagesLeft = z.enum(["keep", "remove"], { error: "Messages must be keep or remove" });

/** Only administrators see accounts; to all others there is nothing there. */
async function reachAccount({ store, actor }: CommandContext, { user }: { user: number | string }): Promise<User> {
  if (!can.administer(actor)) throw new ChatError("forbidden", "Only administrators may do this");
  const found = typeof user === "number"
    ? await store.users.find(user as UserId)
    : (await store.users.findLogin(user))?.user;
  if (!found) throw new ChatError("not_found", "User not found");
  return found;
}

function accountCommand<Extra extends z.ZodRawShape>(
  type: string,
  extra: Extra,
  run: (
    context: CommandContext,
    user: User,
    input: { reason: string } & z.infer<z.ZodObject<Extra>>,
  ) => Promise<Outcome>,
): AnyCommand {
  return command({
    type,
    input: account.extend(extra) as unknown as z.ZodType<
      { user: number | string; reason: string } & z.infer<z.ZodObject<Extra>>
    >,
    load: reachAccount,
    permit: (actor) => can.administer(actor) || "Only administrators may do this",
    run,
  });
}

/** What administrators do to accounts. Each is in the audit log when it is done. */
export const accounts: AnyCommand[] = [
  accountCommand("block", {}, async ({ store, bus, actor, now }, user, { reason }) => {
    await store.moderation.block(user.id, actor, reason, now());
    bus.publish("people", { type: "user_blocked", user: user.id });
    return {};
  }),

  accountCommand("unblock", {}, async ({ store, actor, now }, user, { reason }) => {
    await store.moderation.unblock(user.id, actor, reason, now());
    return {};
  }),

  accountCommand("promote", {}, async ({ store, bus, actor, now }, user, { reason }) => {
    const changed = await store.moderation.setAdmin(user.id, true, actor, now(), reason);
    bus.publish("people", { type: "user_changed", user: changed });
    return {};
  }),

  accountCommand("demote", {}, async ({ store, bus, actor, now }, user, { reason }) => {
    const changed = await store.moderation.setAdmin(user.id, false, actor, now(), reason);
    bus.publish("people", { type: "user_changed", user: changed });
    return {};
  }),

  accountCommand("warn", {}, async ({ moderator, actor }, user, { reason }) => {
    await moderator.warn(user, { by: actor, reason });
    return {};
  }),

  accountCommand("reset_warnings", {}, async ({ store, actor, now }, user) => {
    await store.moderation.resetWarnings(user.id, actor, now());
    return {};
  }),

  accountCommand("end_sessions", {}, async ({ store, bus, actor, now }, user, { reason }) => {
    await store.moderation.endSessions(user.id, actor, now(), reason);
    bus.publish("people", { type: "sessions_ended", user: user.id });
    return {};
  }),

  accountCommand("reset_password", {}, async ({ store, actor, now }, user) => {
    return { secret: await store.moderation.startPasswordReset(user.id, actor, now()) };
  }),

  accountCommand(
    "delete_account",
    { messages: messagesLeft },
    async ({ store, bus, actor, now }, user, { messages, reason }) => {
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
  ),
];
