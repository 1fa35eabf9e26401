import * as z from "zod";

/** A frame or content over this many bytes of UTF-8 would cost the connection: close code 1009. */
export const MAX_FRAME_BYTES = 64 * 1024;

const message = z.object({
  id: z.int(),
  username: z.string(),
  content: z.string(),
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  edited: z.boolean().catch(false),
  /** Whether only a tombstone is left of it. */
  deleted: z.boolean().catch(false),
  /** The room's counter when it was posted, and when it was last touched. */
  seq: z.int(),
  rev: z.int(),
});

/** One message as the server tells it. Texts are as they came: print them through `clean` only. */
export type Message = z.infer<typeof message>;

const nonce = z.string().optional();

const serverEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("history"), messages: z.array(message), head: z.int() }),
  message.extend({ type: z.literal("message") }),
  message.extend({ type: z.literal("edit") }),
  z.object({ type: z.literal("delete"), id: z.int(), rev: z.int() }),
  z.object({ type: z.literal("ack"), nonce, id: z.int().optional() }),
  z.object({ type: z.literal("users"), users: z.array(z.string()), count: z.int() }),
  z.object({ type: z.literal("system"), content: z.string() }),
  z.object({ type: z.literal("warning"), detail: z.string(), nonce }),
  z.object({ type: z.literal("blocked"), detail: z.string(), nonce }),
  z.object({ type: z.literal("error"), detail: z.string(), code: z.string().optional(), nonce }),
  z.object({ type: z.literal("reload") }),
]);

/**
 * What the server says, as a closed union. `unknown` is an event of a type this client has no use for, from a newer
 * server perhaps; `unreadable` is anything else.
 */
export type ServerEvent = z.infer<typeof serverEvent> | { type: "unknown" } | { type: "unreadable" };

const KNOWN = new Set<unknown>(serverEvent.options.map((option) => option.shape.type.value));

/** Every event of one frame, one per line. Total: garbage becomes an `unreadable` event, nothing throws. */
export function readFrame(frame: string): ServerEvent[] {
  return frame.split("\n").filter((line) => line.trim() !== "").map(readEvent);
}

function readEvent(line: string): ServerEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: "unreadable" };
  }
  const event = serverEvent.safeParse(value);
  if (event.success) return event.data;
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  return { type: typeof type === "string" && !KNOWN.has(type) ? "unknown" : "unreadable" };
}

/** What a client asks for and wants to know the outcome of. */
export type Command =
  | { readonly type: "send"; readonly content: string }
  | { readonly type: "edit"; readonly id: number; readonly content: string }
  | { readonly type: "delete"; readonly id: number };

/** What a client mentions, and does not mind to see lost. */
export type Signal = { readonly type: "seen"; readonly id: number } | { readonly type: "typing" };
