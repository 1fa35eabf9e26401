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

/** What each command of the socket does, in words. */
const said: Record<string, Said> = {
  send: { text: "Says something; type may be left out", example: { content: "Hello", nonce: "c2" } },
  edit: { text: "Changes one's own message", example: { id: 1, content: "Hello again" } },
  delete: { text: "Deletes one's own message; an administrator any", example: { id: 1 } },
  seen: { text: "One has read up to this message", example: { id: 1 } },
  typing: { text: "One is writing", example: {} },
  subscribe: {
    text: "Listens to one more room: its history, or what changed after a rev, then what happens",
    example: { room: "general", after: 1 },
  },
  unsubscribe: { text: "Nothing more of that room is sent", example: { room: "general" } },
  report: { text: "Tells the administrators of a message", example: { id: 1, reason: "Spam" } },
  block: admin("Blocks an account and closes its sockets", { user: "bob", reason: "Spam" }),
  unblock: admin("Lets it in again", { user: "bob" }),
  promote: admin("Makes it an administrator", { user: "bob" }),
  demote: admin("Makes it a member again", { user: "bob" }),
  warn: admin("Warns somebody; too many of them block", { user: "bob", reason: "Be kind" }),
  reset_warnings: admin("Forgives the warnings", { user: "bob" }),
  end_sessions: admin("Logs it out everywhere", { user: "bob" }),
  reset_password: admin(
    "Makes a link for a new password: the ack, for the asker alone, has its secret (/reset/SECRET)",
    { user: "bob" },
  ),
  delete_account: admin("Deletes the account, and its messages if so told", { user: "bob", messages: "keep" }),
  report_dismiss: admin("The message may stand", { report: 1 }),
  report_delete: admin("Deletes the reported message", { report: 1 }),
  report_warn: admin("Warns its author", { report: 1 }),
  report_block: admin("Blocks its author", { report: 1 }),
  put_word: admin("Adds a word of one's own, or an exception", { word: "balderdash", kind: "forbidden" }),
  remove_word: admin("Takes such a word away", { word: "balderdash" }),
  retry_job: admin("Runs a job that has failed once more", { job: 1 }),
  discard_job: admin("Forgets a job that has failed", { job: 1 }),
  change_settings: admin("Changes settings; those left out stay as they are", { name: "Chess club" }),
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

/** Every command of the socket: its frame's schema is made from the one that reads it. */
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
