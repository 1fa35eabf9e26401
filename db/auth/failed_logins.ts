import { isIP } from "node:net";
import type { Log } from "../log.ts";
import type { Person } from "../model.ts";
import type { Store } from "../store.ts";

const MINUTE = 60_000;

/** How long attempts are collected before the next entry, in ms. The first attempt is logged at once. */
const GATHERED = [MINUTE, 15 * MINUTE];

/** Entries per hour before further users share one entry. */
const ENTRIES_MAX = 100;
const HOUR = 60 * MINUTE;

/** Addresses listed in an entry. */
const NAMED = 3;

/**
 * Subjects of entries without a user. Neither is a valid username. The typed name is not logged, since it may be a
 * password.
 */
const NOBODY = "(unknown name)";
const OTHERS = "(other accounts)";

/** Attempts since the last entry. */
interface Gathered {
  readonly user: Person | undefined;
  wrong: number;
  refused: number;
  readonly addresses: Set<string>;
  isMore: boolean;
  entries: number;
  dueAt: number;
}

/**
 * Writes failed logins to the audit log without letting strangers flood it. Attempts are collected per user: the first
 * is logged at once, the next after a minute, later ones every 15 minutes. Above 100 entries an hour, users share one
 * entry. No input of a stranger is logged.
 */
export class FailedLogins {
  readonly #store: Store;
  readonly #log: Log;
  readonly #gathered = new Map<number | string, Gathered>();
  #hour = 0;
  #entries = 0;

  constructor({ store, log }: { store: Store; log: Log }) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * Counts an attempt on a user, or on an unknown name. `refused`: the attempt was throttled before its password was
   * checked.
   */
  add({ user, address, refused }: { user: Person | undefined; address: string; refused: boolean }, now: number): void {
    const gathered = this.#of(user, now);
    if (refused) gathered.refused += 1;
    else gathered.wrong += 1;
    const from = isIP(address) === 0 ? "an unknown address" : address;
    if (gathered.addresses.size < NAMED) gathered.addresses.add(from);
    else if (!gathered.addresses.has(from)) gathered.isMore = true;
    if (gathered.dueAt <= now) void this.#write(gathered, now);
  }

  /** Writes entries that are due, or all pending ones with `all`. */
  async flush(now: number, all = false): Promise<void> {
    for (const [key, gathered] of [...this.#gathered]) {
      const isDue = gathered.dueAt <= now;
      if (gathered.wrong + gathered.refused > 0) {
        if (isDue || all) await this.#write(gathered, now);
      } else if (isDue) this.#gathered.delete(key);
    }
  }

  #of(user: Person | undefined, now: number): Gathered {
    const key = user?.id ?? NOBODY;
    const known = this.#gathered.get(key);
    if (known) return known;
    if (Math.floor(now / HOUR) !== this.#hour) [this.#hour, this.#entries] = [Math.floor(now / HOUR), 0];
    const isTooMany = user !== undefined && this.#entries >= ENTRIES_MAX;
    const target = isTooMany ? OTHERS : key;
    const gathered = this.#gathered.get(target) ?? {
      user: isTooMany ? undefined : user,
      wrong: 0,
      refused: 0,
      addresses: new Set(),
      isMore: false,
      entries: 0,
      dueAt: now,
    };
    this.#gathered.set(target, gathered);
    return gathered;
  }

  async #write(gathered: Gathered, now: number): Promise<void> {
    const { user, wrong, refused } = gathered;
    const about = user ? { target: user } : { about: this.#gathered.get(OTHERS) === gathered ? OTHERS : NOBODY };
    const reason = sentence(gathered);
    gathered.dueAt = now + GATHERED[Math.min(gathered.entries, GATHERED.length - 1)]!;
    gathered.entries += 1;
    gathered.wrong = gathered.refused = 0;
    gathered.addresses.clear();
    gathered.isMore = false;
    this.#entries += 1;
    try {
      await this.#store.audit.note({ action: "login_failed", ...about, reason }, now);
    } catch (error) {
      // Keep the counts for the next entry.
      gathered.wrong += wrong;
      gathered.refused += refused;
      gathered.isMore = true;
      this.#log("warn", "Cannot write failed logins", { error });
    }
  }
}

function sentence({ wrong, refused, addresses, isMore }: Gathered): string {
  const what = [
    wrong > 0 ? `${wrong} wrong password${wrong === 1 ? "" : "s"}` : "",
    refused > 0 ? `${refused} attempt${refused === 1 ? "" : "s"} throttled` : "",
  ].filter(Boolean).join(", ");
  const from = [...addresses, ...isMore ? ["other addresses"] : []];
  const list = from.length < 2 ? from.join("") : `${from.slice(0, -1).join(", ")} and ${from.at(-1)}`;
  return `${what} from ${list}`;
}
