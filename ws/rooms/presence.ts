import type { Person, UserId } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** A reload or a short loss of the network is no departure: how long somebody may be away unnoticed, in ms. */
export const GRACE = 10_000;

/** The least time between two announcements of one room, in ms, for each thousand people who are told. */
const PACE = 1000;

/** Names in one line; the rest are counted. */
const NAMED = 3;

/** More people than this are a crowd: only their number and the first names are told. */
export const CROWD = 100;
const LISTED = 20;

interface Here {
  readonly user: Person;
  /** The name to sort by. */
  readonly key: string;
  connections: number;
  /** When the grace of somebody without a connection ends. */
  until: number;
}

/** Who is here. */
export interface Online {
  /** By name; of a crowd only the first. */
  readonly users: readonly Person[];
  readonly count: number;
}

/**
 * Who is in one room. A person with three windows is one person; one who comes back within the grace was never gone. Arrivals
 * and departures are gathered and announced at most once a second, in a large crowd more seldom: ten thousand who come in ten
 * seconds cost each of them a few short lists.
 */
export class Presence {
  readonly #clock: Clock;
  readonly #announce: (lines: readonly string[], online: Online) => void;
  readonly #here = new Map<UserId, Here>();
  /** Those without a connection, by the end of their grace: the order of the map is the order of the ends. */
  readonly #leaving = new Map<UserId, Here>();
  readonly #joined = new Map<UserId, string>();
  readonly #left = new Map<UserId, string>();
  #lastAt = -Infinity;
  #lastTold: Online | undefined;
  #changed = false;
  #cancelAnnounce: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  /** `lines`: "alice joined", "bob left", at most one each. */
  constructor(clock: Clock, announce: (lines: readonly string[], online: Online) => void) {
    this.#clock = clock;
    this.#announce = announce;
  }

  get count(): number {
    return this.#here.size;
  }

  /** As of now; of a crowd, as it was last told. */
  get online(): Online {
    if (this.count > CROWD && this.#lastTold && this.#lastTold.count > CROWD) return this.#lastTold;
    return this.#look();
  }

  /** Everybody, in no order. */
  everybody(): Person[] {
    return [...this.#here.values()].map(({ user }) => user);
  }

  #look(): Online {
    const here = this.count > CROWD ? smallest(this.#here.values(), LISTED) : [...this.#here.values()].sort(byKey);
    return this.#lastTold = { users: here.map(({ user }) => user), count: this.count };
  }

  /** A connection has opened. */
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

  /** A connection has closed. */
  depart(id: UserId): void {
    const here = this.#here.get(id);
    if (!here || here.connections === 0) return;
    here.connections -= 1;
    if (here.connections === 0) this.#startGrace(here);
  }

  /** These were here when the program stopped: they have the grace to come back in. */
  restore(users: readonly Person[]): void {
    for (const { id, username } of users) {
      if (this.#here.has(id)) continue;
      const here = { user: { id, username }, key: username.toLowerCase(), connections: 0, until: 0 };
      this.#here.set(id, here);
      this.#startGrace(here);
    }
  }

  /** Nothing is announced any more. */
  close(): void {
    this.#cancelAnnounce?.();
    this.#cancelGrace?.();
  }

  #startGrace(here: Here): void {
    here.until = this.#clock.now() + GRACE;
    this.#leaving.set(here.user.id, here);
    this.#cancelGrace ??= this.#clock.after(GRACE, () => this.#endGraces());
  }

  #endGraces(): void {
    this.#cancelGrace = undefined;
    const now = this.#clock.now();
    for (const [id, here] of this.#leaving) {
      if (here.until > now) {
        // A clock that was set back must not keep anybody here for longer than another grace.
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
    // A clock that was set back must not silence anybody for longer than the pace.
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
    this.#announce(lines, this.#look());
  }
}

function byKey(a: Here, b: Here): number {
  return a.key < b.key ? -1 : 1;
}

/** The first `count` by key, in one walk. */
function smallest(all: Iterable<Here>, count: number): Here[] {
  const first: Here[] = [];
  for (const here of all) {
    if (first.length === count && byKey(here, first[count - 1]!) > 0) continue;
    first.push(here);
    first.sort(byKey);
    first.length = Math.min(first.length, count);
  }
  return first;
}

function line(people: ReadonlyMap<UserId, string>, verb: string): string | undefined {
  const names = [...people.values()];
  if (names.length === 0) return undefined;
  const shown = names.length > NAMED + 1 ? names.slice(0, NAMED) : names;
  const others = names.length - shown.length;
  const parts = others > 0 ? [...shown, `${others} others`] : shown;
  const last = parts.pop();
  return `${parts.length > 0 ? `${parts.join(", ")} and ${last}` : last} ${verb}`;
}
