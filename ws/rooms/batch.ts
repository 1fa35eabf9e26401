import { setImmediate } from "node:timers";
import { fitting } from "../../db/text_at_once.ts";
import type { Clock } from "../clock.ts";
import type { ToldEvent } from "../event.ts";
import { sizeOf } from "./history_cache.ts";

/** Events that follow one another within this time, in ms, share a frame. */
const WINDOW = 10;
/** A busy room's window grows: what a frame to everybody costs, as many times as events shared it, up to these bounds. */
const COSTS = 3;
const WINDOW_MAX = 50;

/** Gathers a room's events into frames. The first leaves in this turn of the event loop, the following share frames. */
export class Batch {
  readonly #clock: Clock;
  readonly #send: (events: readonly ToldEvent[]) => Promise<void>;
  #events: ToldEvent[] = [];
  #isFlushing = false;

  /** `send` delivers one frame's events; it is never called again before its promise has settled. */
  constructor(clock: Clock, send: (events: readonly ToldEvent[]) => Promise<void>) {
    this.#clock = clock;
    this.#send = send;
  }

  push(event: ToldEvent): void {
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
        // What did not fit into the frame has waited long enough.
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      const window = Math.min(WINDOW_MAX, Math.max(WINDOW, Math.min(events.length, COSTS) * cost));
      await new Promise<void>((resolve) => this.#clock.after(Math.max(0, window - cost), resolve));
    }
    this.#isFlushing = false;
  }
}

function bytesOf(event: ToldEvent): number {
  return event.type === "message" ? sizeOf(event.message) : 0;
}
