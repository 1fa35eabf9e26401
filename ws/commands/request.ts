import * as z from "zod";
import { nonce } from "../../db/rules.ts";
import { hasMoreParts } from "./json_parts.ts";

const envelope = z.looseObject({ type: z.string().default("send"), nonce: nonce.nullish().catch(undefined) });

/** A parsed frame: the type of the command, its nonce for the reply, and its fields. */
export interface Request {
  readonly type: string;
  readonly nonce: string | undefined;
  readonly fields: unknown;
}

/** Far more than any command needs. */
const PARTS_MAX = 256;

/**
 * Parses a frame. Returns `undefined` for one that is invalid or too costly to parse. `from` is the encoding of the
 * client: the fields of an HTML form are all text.
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

/** Converts a form's `id` to a number. */
function withNumbers(fields: Record<string, unknown>): Record<string, unknown> {
  const { id } = fields;
  return typeof id === "string" && /^[1-9]\d{0,14}$/.test(id) ? { ...fields, id: Number(id) } : fields;
}
