import { isIP } from "node:net";
import type { Log } from "../log.ts";
import type { Person } from "../model.ts";
import type { Store } from "../store.ts";

const MINUTE = 60_000;

/** How long attempts are gathered after an entry before the next one, in ms: the first is told at once. */
const GATHERED = [MINUTE, 15 * MINUTE];

/** Entries in an hour; what is more is told together. */
const ENTRIES_MAX = 100;
const HOUR = 60 * MINUTE;

/** Addresses that are named in an entry. */
const NAMED = 3;

/** Whom it is about where that is no account. No name can be like these: what was typed may be a password. */
const NOBODY = "(unknown name)";
const OTHERS = "(other accounts)";

/** What has happened to one account since its last entry. */
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
 * Writes failed logins into the audit log, without letting strangers fill it: those of an account are gathered, the
 * first is an entry at once, the next are after a minute and then every quarter of an hour, and above a hundred entries
 * an hour the accounts are told of together. Nothing that a stranger has typed is in it.
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

  /** Counts an attempt on an account, or on a name that nobody has; `refused` when its password was not even looked at. */
  add({ user, address, refused }: { user: Person | undefined; address: string; refused: boolean }, now: number): void {
    const gathered = this.#of(user, now);
    if (refused) gathered.refused += 1;
    else gathered.wrong += 1;
    const from = isIP(address) === 0 ? "an unknown address" : address;
    if (gathered.addresses.size < NAMED) gathered.addresses.add(from);
    else if (!gathered.addresses.has(from)) gathered.isMore = true;
    if (gathered.dueAt <= now) void this.#write(gathered, now);
  }

  /** Writes what is due by now; `all` what is not yet, too. */
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
      // They are told of with the next.
      gathered.wrong += wrong;
      gathered.refused += refused;
      gathered.isMore = true;
      this.#log("warn", "Cannot write down failed logins", { error });
    }
  }
}

function sentence({ wrong, refused, addresses, isMore }: Gathered): string {
  const what = [
    wrong > 0 ? `${wrong} wrong password${wrong === 1 ? "" : "s"}` : "",
    refused > 0 ? `${refused} attempt${refused === 1 ? "" : "s"} refused unseen` : "",
  ].filter(Boolean).join(", ");
  const from = [...addresses, ...isMore ? ["elsewhere"] : []];
  const list = from.length < 2 ? from.join("") : `${from.slice(0, -1).join(", ")} and ${from.at(-1)}`;
  return `${what} from ${list}`;
}
