import type { Person, UserId } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** How long a user without a connection stays present, in ms. Covers a page reload and a short loss of the network. */
export const GRACE = 10_000;

/** Minimum interval between two announcements in a room, in ms, per thousand users present. */
const PACE = 1000;

/** Names listed in one line. The rest are counted. */
const NAMES_MAX = 3;

/** Above this number of users a room is crowded: only the count and the first names are sent. */
export const CROWD = 100;
const LISTED = 20;

interface Entry {
  readonly user: Person;
  /** The sort key. */
  readonly key: string;
  connections: number;
  /** End of the grace period, in ms, for a user without a connection. */
  until: number;
}

/** The users present in a room. */
export interface Online {
  /** Sorted by name. In a crowded room, only the first. */
  readonly users: readonly Person[];
  readonly count: number;
}

/**
 * The users present in one room. A user with three windows counts once, and one who reconnects within the grace period
 * never left. Joins and leaves are announced together, at most once a second and less often in a large room: ten
 * thousand users who join within ten seconds cost each of them a few short lists.
 */
export class Presence {
  readonly #clock: Clock;
  readonly #announce: (lines: readonly string[], online: Online) => void;
  readonly #here = new Map<UserId, Entry>();
  /** Users without a connection. Insertion order is the order in which their grace periods end. */
  readonly #leaving = new Map<UserId, Entry>();
  readonly #joined = new Map<UserId, string>();
  readonly #left = new Map<UserId, string>();
  #lastAt = -Infinity;
  #lastAnnounced: Online | undefined;
  #changed = false;
  #cancelAnnounce: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  /** `lines` are "alice joined" and "bob left", at most one of each. */
  constructor(clock: Clock, announce: (lines: readonly string[], online: Online) => void) {
    this.#clock = clock;
    this.#announce = announce;
  }

  get count(): number {
    return this.#here.size;
  }

  /** The current state. In a crowded room, the state last announced. */
  get online(): Online {
    if (this.count > CROWD && this.#lastAnnounced && this.#lastAnnounced.count > CROWD) return this.#lastAnnounced;
    return this.#snapshot();
  }

  /** Every user present, in no particular order. */
  everybody(): Person[] {
    return [...this.#here.values()].map(({ user }) => user);
  }

  #snapshot(): Online {
    const here = this.count > CROWD ? smallest(this.#here.values(), LISTED) : [...this.#here.values()].sort(byKey);
    return this.#lastAnnounced = { users: here.map(({ user }) => user), count: this.count };
  }

  /** Adds a connection of a user. */
  arrive({ id, username }: Person): void {
    const here = this.#here.get(id);
    if (here) {
      here.connections += 1;
      this.#leaving.delete(id);
      return;
    }
    this.#here.set(id, { user: { id, username }, key: username.toLowerCase(), connections: 1, until: 0 });
    if (!this.#left.delete(id)) this.#joined.set(id, username);
    this.#announceSoon();
  }

  /** Removes a connection of a user. */
  depart(id: UserId): void {
    const here = this.#here.get(id);
    if (!here || here.connections === 0) return;
    here.connections -= 1;
    if (here.connections === 0) this.#startGrace(here);
  }

  /** Restores users from the last run. They have the grace period to reconnect. */
  restore(users: readonly Person[]): void {
    for (const { id, username } of users) {
      if (this.#here.has(id)) continue;
      const here = { user: { id, username }, key: username.toLowerCase(), connections: 0, until: 0 };
      this.#here.set(id, here);
      this.#startGrace(here);
    }
  }

  /** Stops announcing. */
  close(): void {
    this.#cancelAnnounce?.();
    this.#cancelGrace?.();
  }

  #startGrace(here: Entry): void {
    here.until = this.#clock.now() + GRACE;
    this.#leaving.set(here.user.id, here);
    this.#cancelGrace ??= this.#clock.after(GRACE, () => this.#endGraces());
  }

  #endGraces(): void {
    this.#cancelGrace = undefined;
    const now = this.#clock.now();
    for (const [id, here] of this.#leaving) {
      if (here.until > now) {
        // If the clock was set back, wait for at most one more grace period.
        here.until = Math.min(here.until, now + GRACE);
        this.#cancelGrace = this.#clock.after(here.until - now, () => this.#endGraces());
        break;
      }
      this.#leaving.delete(id);
      this.#here.delete(id);
      if (!this.#joined.delete(id)) this.#left.set(id, here.user.username);
      this.#changed = true;
    }
    if (this.#changed) this.#announceSoon();
  }

  #announceSoon(): void {
    this.#changed = true;
    if (this.#cancelAnnounce) return;
    const pace = PACE * Math.max(1, this.count / 1000);
    // If the clock was set back, wait for at most one interval.
    const wait = Math.min(pace, Math.max(0, this.#lastAt + pace - this.#clock.now()));
    this.#cancelAnnounce = this.#clock.after(wait, () => this.#announceNow());
  }

  #announceNow(): void {
    this.#cancelAnnounce = undefined;
    this.#changed = false;
    this.#lastAt = this.#clock.now();
    const lines = [line(this.#joined, "joined"), line(this.#left, "left")].filter((text) => text !== undefined);
    this.#joined.clear();
    this.#left.clear();
    this.#announce(lines, this.#snapshot());
  }
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : 1;
}

/** The first `count` entries by key, in one pass. */
function smallest(all: Iterable<Entry>, count: number): Entry[] {
  const first: Entry[] = [];
  for (const here of all) {
    if (first.length === count && byKey(here, first[count - 1]!) > 0) continue;
    first.push(here);
    first.sort(byKey);
    first.length = Math.min(first.length, count);
  }
  return first;
}

function line(users: ReadonlyMap<UserId, string>, verb: string): string | undefined {
  const names = [...users.values()];
  if (names.length === 0) return undefined;
  const shown = names.length > NAMES_MAX + 1 ? names.slice(0, NAMES_MAX) : names;
  const others = names.length - shown.length;
  const parts = others > 0 ? [...shown, `${others} others`] : shown;
  const last = parts.pop();
  return `${parts.length > 0 ? `${parts.join(", ")} and ${last}` : last} ${verb}`;
}
