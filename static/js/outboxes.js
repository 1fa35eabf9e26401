import { Outbox } from "./outbox.js";

/**
 * The outboxes of this page, one per room. What waits in one is sent whichever room is open. Outboxes exist for the open
 * room and for rooms with something to send.
 */
export class Outboxes {
  /** Called when one of them has changed. */
  onChange = () => {};
  #storage;
  #kept;
  #byRoom = new Map();
  #open;
  /** Why nothing is sent any more. */
  #ended;

  /** `kept` makes the store of a room's items of one kind. */
  constructor(storage, kept) {
    this.#storage = storage;
    this.#kept = kept;
    for (const room of this.#stored()) this.#of(room);
    this.#sweep();
  }

  /** The outbox of the room that is now open. */
  open(room) {
    this.#open = room;
    return this.#of(room);
  }

  /** The room is left. Its outbox stays while it holds something. */
  close() {
    this.#open = undefined;
    this.#sweep();
  }

  /** Takes over what closed pages could not send, in any room. */
  async inherit() {
    for (const room of this.#stored()) await this.#of(room).inherit();
    this.#sweep();
  }

  /** This page is a copy of another one, which sends what it has itself. */
  leaveToOther() {
    for (const outbox of this.#all()) outbox.leaveToOther();
  }

  settle(nonce) {
    for (const outbox of this.#all()) outbox.settle(nonce);
  }

  /** Returns whether the nonce was known. */
  refuse(nonce, reason, code) {
    return nonce !== null && this.#all().some((outbox) => outbox.refuse(nonce, reason, code));
  }

  end(reason) {
    this.#ended = reason;
    for (const outbox of this.#all()) outbox.end(reason);
  }

  /** Sends what waits in every room; see {@link Outbox.flush}. */
  flush(line) {
    for (const outbox of this.#all()) outbox.flush(line);
  }

  /** Whether something would be lost with this page. */
  get isAtRisk() {
    return this.#all().some((outbox) => outbox.isAtRisk);
  }

  #all() {
    return [...this.#byRoom.values()];
  }

  /** The rooms in which this page or a closed one has left something. */
  #stored() {
    const names = this.#storage.names("").map((name) => name.split("/"));
    return new Set(names.filter(([, kind]) => kind === "outbox").map(([room]) => room));
  }

  #of(room) {
    let outbox = this.#byRoom.get(room);
    if (!outbox) {
      outbox = new Outbox(this.#kept(room, "outbox"), room);
      if (this.#ended !== undefined) outbox.end(this.#ended);
      outbox.onChange = () => {
        this.#sweep();
        this.onChange();
      };
      this.#byRoom.set(room, outbox);
    }
    return outbox;
  }

  #sweep() {
    for (const [room, outbox] of this.#byRoom) if (room !== this.#open && outbox.isEmpty) this.#byRoom.delete(room);
  }
}
