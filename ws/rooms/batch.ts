import { setImmediate } from "node:timers";
import { fitting } from "../../db/text_at_once.ts";
import type { Clock } from "../clock.ts";
import type { DeliveredEvent } from "../event.ts";
import { sizeOf } from "./history_cache.ts";

/** Events within this window, in ms, share a frame. */
const WINDOW = 10;
/** A busy room's window grows to the cost of one frame times the events in it, up to these bounds. */
const COSTS = 3;
const WINDOW_MAX = 50;

/**
 * Batches a room's events into frames. The first event is sent in this turn of the event loop; those that follow share
 * frames.
 */
export class Batch {
  readonly #clock: Clock;
  readonly #send: (events: readonly DeliveredEvent[]) => Promise<void>;
  #events: DeliveredEvent[] = [];
  #isFlushing = false;

  /** `send` delivers the events of one frame. It is not called again until its promise settles. */
  constructor(clock: Clock, send: (events: readonly DeliveredEvent[]) => Promise<void>) {
    this.#clock = clock;
    this.#send = send;
  }

  push(event: DeliveredEvent): void {
    this.#events.push(event);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#events.length > 0) {
      const events = this.#events.splice(0, fitting(this.#events, bytesOf));
      const isCut = this.#events.length > 0;
      const start = performance.now();
      await this.#send(events);
      const cost = performance.now() - start;
      if (isCut) {
        // What did not fit into the frame is sent without waiting for another window.
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      const window = Math.min(WINDOW_MAX, Math.max(WINDOW, Math.min(events.length, COSTS) * cost));
      await new Promise<void>((resolve) => this.#clock.after(Math.max(0, window - cost), resolve));
    }
    this.#isFlushing = false;
  }
}

function bytesOf(event: DeliveredEvent): number {
  return event.type === "message" ? sizeOf(event.message) : 0;
}
