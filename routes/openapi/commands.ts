import * as z from "zod";
import { nonce } from "../../db/rules.ts";
import { everyCommand } from "../../ws/commands/all.ts";
import { connectionCommands } from "../../ws/commands/subscribe.ts";
import { loosen } from "./loosen.ts";
import type { Access } from "./describe.ts";

const OPTIONS = {
  io: "input",
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => loosen(jsonSchema),
} as const;

interface Said {
  readonly text: string;
  readonly access?: Access;
  readonly example: Readonly<Record<string, unknown>>;
}

/** Summary and example of each socket command. */
const said: Record<string, Said> = {
  send: { text: "Posts a message; type is optional", example: { content: "Hello", nonce: "c2" } },
  edit: { text: "Edits your own message", example: { id: 1, content: "Hello again" } },
  delete: { text: "Deletes your own message; administrators can delete any", example: { id: 1 } },
  seen: { text: "Marks the room as read up to this message", example: { id: 1 } },
  typing: { text: "Shows that you are typing", example: {} },
  subscribe: {
    text: "Subscribes to a room: its history, or the changes after a rev, then live events",
    example: { room: "general", after: 1 },
  },
  unsubscribe: { text: "Ends the subscription to a room", example: { room: "general" } },
  report: { text: "Reports a message to the administrators", example: { id: 1, reason: "Spam" } },
  create_room: {
    text: "Makes a room, which you own: the ack has its room",
    example: { name: "Chess club", kind: "private", members: ["bob"] },
  },
  change_room: {
    text: "Changes a room's name, topic or settings; for owners",
    example: { room: "chess-club", topic: "Openings" },
  },
  delete_room: { text: "Deletes a room with everything in it; for owners", example: { room: "chess-club" } },
  join: { text: "Joins a public room", example: { room: "chess-club" } },
  leave: { text: "Leaves a room", example: { room: "chess-club" } },
  read: {
    text: "Marks a room as read up to a seq; a smaller one marks as unread",
    example: { room: "general", seq: 1 },
  },
  prefer: {
    text: "Sets what you are notified of, and your favourites",
    example: { room: "general", notify: "mentions" },
  },
  add_member: { text: "Invites a user to a room", example: { room: "chess-club", username: "bob" } },
  remove_member: { text: "Removes a member; for moderators", example: { room: "chess-club", username: "bob" } },
  set_role: {
    text: "Gives a member a role; for owners",
    example: { room: "chess-club", username: "bob", role: "moderator" },
  },
  time_out: {
    text: "Keeps a member from posting for some seconds; for moderators",
    example: { room: "chess-club", username: "bob", seconds: 3600 },
  },
  direct: {
    text: "Finds or makes the direct messages of these users and you: the ack has its room",
    example: { usernames: ["bob"] },
  },
  block_user: { text: "Blocks a user: no direct messages with them", example: { username: "bob" } },
  unblock_user: { text: "Unblocks a user that you have blocked", example: { username: "bob" } },
  inspect_room: admin("Opens a private room's messages to administrators for a day; its members are told", {
    room: "chess-club",
    reason: "A complaint",
  }),
  block: admin("Blocks a user and closes their sockets", { user: "bob", reason: "Spam" }),
  unblock: admin("Unblocks a user", { user: "bob" }),
  promote: admin("Makes a user an administrator", { user: "bob" }),
  demote: admin("Removes a user's administrator role", { user: "bob" }),
  warn: admin("Warns a user; too many warnings block them", { user: "bob", reason: "Be kind" }),
  reset_warnings: admin("Removes a user's warnings", { user: "bob" }),
  end_sessions: admin("Logs a user out everywhere", { user: "bob" }),
  reset_password: admin(
    "Creates a password reset link: the ack, which only the sender gets, has its secret (/reset/SECRET)",
    { user: "bob" },
  ),
  delete_account: admin("Deletes an account, and its messages if asked to", { user: "bob", messages: "keep" }),
  report_dismiss: admin("Dismisses a report", { report: 1 }),
  report_delete: admin("Deletes the reported message", { report: 1 }),
  report_warn: admin("Warns the reported message's author", { report: 1 }),
  report_block: admin("Blocks the reported message's author", { report: 1 }),
  put_word: admin("Adds a forbidden word or an exception", { word: "balderdash", kind: "forbidden" }),
  remove_word: admin("Removes a forbidden word or an exception", { word: "balderdash" }),
  retry_job: admin("Retries a failed job", { job: 1 }),
  discard_job: admin("Discards a failed job", { job: 1 }),
  change_settings: admin("Changes settings; omitted ones keep their values", { name: "Chess club" }),
};

function admin(text: string, example: Said["example"]): Said {
  return { text, example, access: "administrators" };
}

export interface DescribedCommand {
  readonly type: string;
  readonly text: string;
  readonly access: Access;
  readonly schema: z.core.JSONSchema.BaseSchema;
  readonly example: Readonly<Record<string, unknown>>;
}

/** All socket commands. Schemas are derived from those that validate the frames. */
export function describeCommands(): DescribedCommand[] {
  return [...everyCommand, ...connectionCommands].map(({ type, input }) => {
    const { text = type, access = "members", example = {} } = said[type] ?? {};
    const { $schema: _, ...fields } = z.toJSONSchema(input, OPTIONS);
    const schema = {
      ...fields,
      properties: {
        type: type === "send" ? { const: type, default: type } : { const: type },
        nonce: schemaOf(nonce),
        ...fields.properties,
      },
      required: [...(type === "send" ? [] : ["type"]), ...(fields.required ?? [])],
    };
    return { type, text, access, schema, example: { type, ...example } };
  });
}

function schemaOf(type: z.ZodType) {
  const { $schema: _, ...schema } = z.toJSONSchema(type, OPTIONS);
  return schema;
}
