import * as z from "zod";

/** Maximum size of a frame or content, in bytes of UTF-8. A larger one closes the connection (1009). */
export const MAX_FRAME_BYTES = 64 * 1024;

const message = z.object({
  id: z.int(),
  username: z.string(),
  content: z.string(),
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  edited: z.boolean().catch(false),
  /** Whether it is a tombstone. */
  deleted: z.boolean().catch(false),
  /** The room's counter when it was posted, and when it last changed. */
  seq: z.int(),
  rev: z.int(),
});

/** A message as the server sends it. Print its texts through `clean` only. */
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
 * Server events as a closed union. `unknown` is an event of an unknown type, perhaps from a newer server; `unreadable`
 * is anything else.
 */
export type ServerEvent = z.infer<typeof serverEvent> | { type: "unknown" } | { type: "unreadable" };

const KNOWN = new Set<unknown>(serverEvent.options.map((option) => option.shape.type.value));

/** Parses the events of one frame, one per line. Total: invalid input becomes an `unreadable` event. */
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

/** Commands, which have an outcome. */
export type Command =
  | { readonly type: "send"; readonly content: string }
  | { readonly type: "edit"; readonly id: number; readonly content: string }
  | { readonly type: "delete"; readonly id: number };

/** Signals, which may be lost. */
export type Signal = { readonly type: "seen"; readonly id: number } | { readonly type: "typing" };
