import type { Message } from "../../db/model.ts";
import type { ServerEvent } from "../event.ts";

/** How a kind of client is spoken to. */
export interface Encoding {
  readonly name: "json" | "html";
  /** Whether clients are told what is in their user's inbox (`rooms`, `room`, `room_gone`, `unread`). */
  readonly tellsInbox: boolean;
  /** One event as text. Never depends on who receives it. */
  encode(event: ServerEvent): string;
  /**
   * Does what work there is in these messages ahead of {@link encode}, in slices and in turn by `key` (see `turns`);
   * undefined when there is next to none.
   */
  prepare(key: unknown, messages: readonly Message[]): Promise<void> | undefined;
  /** Sent now and then, so that a client that cannot see pings notices a dead connection; undefined where it can. */
  readonly heartbeat: string | undefined;
}

/** Several events in one frame, one a line. */
export function encodeAll(encoding: Encoding, events: readonly ServerEvent[]): string {
  return events.map((event) => encoding.encode(event)).join("\n");
}
