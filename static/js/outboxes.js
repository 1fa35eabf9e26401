import { Outbox } from "./outbox.js";

/**
 * The page's outboxes, one per room. Pending commands are sent whichever room is open. Outboxes exist for the open room
 * and for rooms with pending commands.
 */
export class Outboxes {
  /** Called when one of them has changed. */
  onChange = () => {};
  #storage;
  #kept;
  #byRoom = new Map();
  #open;
  /** The reason for which sending has ended. */
  #ended;

  /** `kept` creates the store for a room's items of one kind. */
  constructor(storage, kept) {
    this.#storage = storage;
    this.#kept = kept;
    for (const room of this.#stored()) this.#of(room);
    this.#sweep();
  }

  /** Returns the outbox of the room that is now open. */
  open(room) {
    this.#open = room;
    return this.#of(room);
  }

  /** Called when the room is left. Its outbox stays while it is not empty. */
  close() {
    this.#open = undefined;
    this.#sweep();
  }

  /** Takes over unsent commands of closed pages, in any room. */
  async inherit() {
    for (const room of this.#stored()) await this.#of(room).inherit();
    this.#sweep();
  }

  /** Gives up all commands: this page is a copy of another one, which sends them. */
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

  /** Sends the pending commands of every room; see {@link Outbox.flush}. */
  flush(line) {
    for (const outbox of this.#all()) outbox.flush(line);
  }

  /** Whether closing this page would lose something. */
  get isAtRisk() {
    return this.#all().some((outbox) => outbox.isAtRisk);
  }

  #all() {
    return [...this.#byRoom.values()];
  }

  /** Rooms with stored commands of this page or a closed one. */
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
