import { type Clock, every } from "../clock.ts";
import type { Connection } from "./connection.ts";
import type { Encoding } from "../encoding/encoding.ts";
import { type Frame, frame } from "./transport.ts";

/** How often each connection is pinged, in ms. Two missed pongs disconnect the client, within 30 s. */
const BEAT = 9000;

/** Slots of the timer wheel: ten thousand connections are pinged about three hundred at a time. */
const SLOTS = 36;

/** Pings all connections from one timer wheel, which turns once per {@link BEAT}. */
export class Heartbeat {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Connection>());
  readonly #slotOf = new Map<Connection, Set<Connection>>();
  readonly #frames = new Map<Encoding, Frame>();
  #at = 0;
  #nextSlot = 0;

  /** Returns a function that stops it. */
  start(clock: Clock): () => void {
    return every(clock, BEAT / SLOTS, () => this.#tick());
  }

  add(connection: Connection): void {
    const slot = this.#slots[this.#nextSlot++ % SLOTS]!;
    slot.add(connection);
    this.#slotOf.set(connection, slot);
  }

  delete(connection: Connection): void {
    this.#slotOf.get(connection)?.delete(connection);
    this.#slotOf.delete(connection);
  }

  #tick(): void {
    const slot = this.#slots[this.#at++ % SLOTS]!;
    for (const connection of [...slot]) connection.beat(this.#frameOf(connection.encoding));
  }

  #frameOf(encoding: Encoding): Frame | undefined {
    if (encoding.heartbeat === undefined) return undefined;
    let encoded = this.#frames.get(encoding);
    if (!encoded) this.#frames.set(encoding, encoded = frame(encoding.heartbeat));
    return encoded;
  }
}
