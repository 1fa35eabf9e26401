import type { Message } from "../../db/model.ts";
import type { ServerEvent } from "../event.ts";

/** How events are encoded for a kind of client. */
export interface Encoding {
  readonly name: "json" | "html";
  /** Whether clients are sent inbox events (`rooms`, `room`, `room_gone`, `unread`). */
  readonly sendsInbox: boolean;
  /** Encodes one event. The result never depends on the recipient. */
  encode(event: ServerEvent): string;
  /**
   * Does the expensive part of {@link encode} for these messages in slices, in turn by `key` (see `turns`). Undefined
   * when there is none.
   */
  prepare(key: unknown, messages: readonly Message[]): Promise<void> | undefined;
  /** Sent with each ping, for clients that cannot see pings; undefined for those that can. */
  readonly heartbeat: string | undefined;
}

/** Encodes events for one frame, one per line. */
export function encodeAll(encoding: Encoding, events: readonly ServerEvent[]): string {
  return events.map((event) => encoding.encode(event)).join("\n");
}
