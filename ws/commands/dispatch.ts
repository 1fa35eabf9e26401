import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint, nonce } from "../../db/rules.ts";
import type { AnyCommand, CommandContext, Outcome } from "../command.ts";
import { accounts } from "./moderation/accounts.ts";
import { edit } from "./message/edit.ts";
import { hasMoreParts } from "./json_parts.ts";
import { remove } from "./message/delete.ts";
import { report } from "./message/report.ts";
import { reports } from "./moderation/reports.ts";
import { seen } from "./message/seen.ts";
import { send } from "./message/send.ts";
import { typing } from "./message/typing.ts";

/** Everything that other people can see happen. */
export const everyCommand: readonly AnyCommand[] = [
  send,
  edit,
  remove,
  seen,
  typing,
  report,
  ...accounts,
  ...reports,
];

const commands = new Map(everyCommand.map((each) => [each.type, each]));

const envelope = z.looseObject({ type: z.string().default("send"), nonce: nonce.nullish().catch(undefined) });

/** A frame that could be read: which command it asks for, and the nonce that an answer goes with. */
export interface Request {
  readonly type: string;
  readonly nonce: string | undefined;
  readonly fields: unknown;
}

/** Far more than any command has. */
const PARTS_MAX = 256;

/**
 * Total: what cannot be read is `undefined`. What takes long to read is not read. `from` is who wrote it: the fields of a
 * page's form are all text.
 */
export function parseRequest(text: string, from: "html" | "json" = "json"): Request | undefined {
  if (hasMoreParts(text, PARTS_MAX)) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = envelope.safeParse(fields);
  if (!parsed.success) return undefined;
  const { type, nonce } = parsed.data;
  return { type, nonce: nonce ?? undefined, fields: from === "html" ? withNumbers(parsed.data) : fields };
}

/** A form's `id` as the number that it is. */
function withNumbers(fields: Record<string, unknown>): Record<string, unknown> {
  const { id } = fields;
  return typeof id === "string" && /^[1-9]\d{0,14}$/.test(id) ? { ...fields, id: Number(id) } : fields;
}

/** The one door to every command, for frames and forms alike. Throws `ChatError` for what the asker should know. */
export async function dispatch(context: CommandContext, { type, fields }: Omit<Request, "nonce">): Promise<Outcome> {
  const found = commands.get(type);
  if (!found) throw new ChatError("invalid", "Invalid message format");
  const parsed = found.input.safeParse(fields);
  if (!parsed.success) {
    const { message, field } = complaint(parsed.error);
    throw new ChatError("invalid", message, field === undefined ? {} : { field });
  }
  const subject = await found.load(context, parsed.data);
  const permitted = found.permit(context.actor, subject);
  if (permitted !== true) throw new ChatError("forbidden", permitted);
  return await found.run(context, subject, parsed.data);
}
