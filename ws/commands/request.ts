import * as z from "zod";
import { nonce } from "../../db/rules.ts";
import { hasMoreParts } from "./json_parts.ts";

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
