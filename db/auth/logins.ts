import { randomUUID } from "node:crypto";
import * as z from "zod";
import { canonicalLogin, canonicalPassword } from "../names/canonical.ts";
import { refuseCommonPassword } from "./common_passwords.ts";
import { ownerOf } from "./devices.ts";
import { ChatError } from "../errors.ts";
import { FailedLogins } from "./failed_logins.ts";
import type { Place } from "../limits/fair_queue.ts";
import type { Instance } from "../instance.ts";
import type { Log } from "../log.ts";
import type { LoginLimits } from "./login_limits.ts";
import type { Session, SessionId, User } from "../model.ts";
import { networkOf } from "../limits/network.ts";
import { type Passwords, RANK } from "./password.ts";
import {
  complaint,
  complaints,
  email,
  password,
  PASSWORD_MAX_BYTES,
  PASSWORD_MAX_TYPED,
  PASSWORD_MIN,
  username,
} from "../rules.ts";
import { checkNewUsername } from "../names/new_username.ts";
import type { Store } from "../store.ts";
import type { Tokens } from "./tokens.ts";

/** What creates an account. */
export const registration = z.object({ username, email, password });
/** What a link for a new password takes. */
export const passwordOnly = z.object({ password });
/** What begins a session. */
export const credentials = z.object({
  username: z.string({ error: "Username is required" }).trim().min(1, "Username is required")
    .max(254, "Username is too long").meta({ description: "A username or an email" }),
  password: z.string({ error: "Password is required" }).min(1, "Password is required"),
});

/** A token lives this many times the session's life at the most: then one logs in again, however busy one was. */
const TOKEN_LIVES = 12;

/** What a login may be, in its one form: a username, or something with an @. */
const LOGIN = /^[a-z0-9_.-]+$|@/;

/** The highest cost that can be set. */
const BCRYPT_COST_MAX = 15;

/** A session's use is written at most this often, in ms. */
const USE_NOTED = 60_000;

/** Where a login comes from. */
export interface Origin {
  address: string;
  userAgent: string;
  /** What the browser has kept of the accounts it has logged in to; see `devices.ts`. */
  devices?: readonly string[];
}

export interface Login {
  readonly token: string;
  readonly user: User;
  readonly expiresAt: number;
  /** For the browser to keep. */
  readonly device: string;
}

/** Accounts and sessions: who somebody is, and for how long we believe it. */
export class Logins {
  readonly #store: Store;
  readonly #passwords: Passwords;
  readonly #tokens: Tokens;
  readonly #log: Log;
  readonly #instance: Instance;
  readonly #limits: LoginLimits | undefined;
  readonly #failures: FailedLogins;
  readonly #forbidsName: (name: string) => Promise<boolean>;
  readonly #now: () => number;
  /** When a session's use was last written, for those whose caller holds an older row. */
  readonly #noted = new Map<SessionId, number>();

  constructor(
    options: {
      store: Store;
      passwords: Passwords;
      tokens: Tokens;
      log: Log;
      instance: Instance;
      /** Without them, anybody may try as often as they like. */
      limits?: LoginLimits | undefined;
      /** Whether the words in a name are not taken. */
      forbidsName: (name: string) => Promise<boolean>;
      now: () => number;
    },
  ) {
    this.#store = options.store;
    this.#passwords = options.passwords;
    this.#tokens = options.tokens;
    this.#log = options.log;
    this.#instance = options.instance;
    this.#limits = options.limits;
    this.#failures = new FailedLogins(options);
    this.#forbidsName = options.forbidsName;
    this.#now = options.now;
  }

  /** Tells the key that signs tokens from other keys, and nothing else about it. */
  get keyId(): string {
    return this.#tokens.keyId;
  }

  get isRegistrationOpen(): boolean {
    return this.#instance.current.registration === "open";
  }

  /**
   * Throws `invalid` (with the field), `conflict`, `rate_limited`, or `forbidden` when registration is closed. What can be
   * refused is refused before the work.
   */
  async register(input: unknown, origin?: Origin): Promise<User> {
    if (!this.isRegistrationOpen) throw new ChatError("forbidden", "Registration is closed");
    const { username, email, password } = parse(registration, input);
    await checkNewUsername(username, { instance: this.#instance.current.name, forbids: this.#forbidsName });
    await refuseCommonPassword(password, { username, email, instance: this.#instance.current.name });
    if (origin) this.#limits?.admitRegistration(networkOf(origin.address), this.#now());
    for (const [field, name] of [["username", username], ["email", email]] as const) {
      if (name === undefined || !await this.#store.users.findLogin(name)) continue;
      throw new ChatError("conflict", "User already exists", { field });
    }
    const passwordHash = await this.#passwords.hash(password, this.#placeOf(RANK.newcomer, origin));
    return await this.#store.users.create({ username, email: email ?? null, passwordHash }, this.#now());
  }

  /**
   * The same work for a user that does not exist; none, and no limit, for what cannot be right. Throws `invalid`,
   * `rate_limited`, `unauthenticated`, or `forbidden` for the blocked.
   */
  async login(input: unknown, origin: Origin): Promise<Login> {
    const given = parse(credentials, input);
    const login = canonicalLogin(given.username);
    const passwords = passwordsIn(given.password);
    if (passwords.length === 0 || !LOGIN.test(login)) throw invalidCredentials();

    const found = await this.#store.users.findLogin(given.username);
    const device = found && this.#deviceOf(found, origin);
    const isKnownAddress = found !== undefined && await this.#store.sessions.beganAt(found.user.id, origin.address);
    const rank = device ? RANK.device : isKnownAddress ? RANK.address : RANK.stranger;
    const place = this.#placeOf(rank, origin);
    const failed = (refused: boolean) => {
      this.#failures.add({ user: found?.user, address: origin.address, refused }, this.#now());
    };

    let takeBack: (() => void) | undefined;
    try {
      takeBack = this.#limits?.admit({
        account: found ? `#${found.user.id}` : login,
        network: networkOf(origin.address),
        device: device?.id,
        isKnownAddress,
        passwords: passwords.length,
      }, this.#now());
    } catch (error) {
      failed(true);
      throw error;
    }
    let right: string | undefined;
    try {
      right = await this.#match(passwords, found?.passwordHash, place);
    } catch (error) {
      takeBack?.();
      throw error;
    }
    if (!found || right === undefined) {
      failed(false);
      throw invalidCredentials();
    }
    takeBack?.();
    if (found.user.isBlocked) throw new ChatError("forbidden", "User is blocked", { field: "username" });
    const isRenewed = right !== passwords[0] || costOf(found.passwordHash) !== this.#passwords.cost;
    const passwordHash = isRenewed ? await this.#renew(found, passwords[0]!, place) : found.passwordHash;
    return await this.#begin(found.user, passwordHash, origin);
  }

  /** Gives somebody with a link from an administrator a new password. Throws `not_found` when the link works no more. */
  async resetPassword(token: string, input: unknown, origin?: Origin): Promise<User> {
    const { password } = parse(passwordOnly, input);
    const whose = await this.resetOf(token);
    await refuseCommonPassword(password, { ...whose, instance: this.#instance.current.name });
    const user = await this.#store.moderation.usePasswordReset(
      token,
      await this.#passwords.hash(password, this.#placeOf(RANK.stranger, origin)),
      this.#now(),
    );
    if (!user) throw linkExpired();
    return user;
  }

  /** Whose password a link resets. Throws `not_found` when it works no more. */
  async resetOf(token: string): Promise<User> {
    const user = await this.#store.moderation.findPasswordReset(token, this.#now());
    if (!user) throw linkExpired();
    return user;
  }

  /** Begins a session for somebody who has just proved who they are. */
  async begin(user: User, origin: Origin): Promise<Login> {
    return await this.#begin(user, await this.#hashOf(user), origin);
  }

  /** For the browser of somebody who has just proved who they are; see `devices.ts`. */
  async newDevice(user: User): Promise<string> {
    return this.#tokens.issueDevice(user.id, await this.#hashOf(user));
  }

  /** Writes down the failed logins that are due; `all` those that are not yet, too. */
  async noteFailures(all = false): Promise<void> {
    await this.#failures.flush(this.#now(), all);
  }

  async #begin(user: User, passwordHash: string, origin: Origin): Promise<Login> {
    const { address, userAgent } = origin;
    const now = this.#now();
    const id = randomUUID() as string as SessionId;
    const expiresAt = now + this.#instance.sessionTtl;
    const session = {
      id,
      userId: user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      address,
      userAgent: userAgent.slice(0, 256),
    };
    // Who has changed the password meanwhile has ended all sessions, this one too.
    if (!await this.#store.sessions.create(session, passwordHash)) throw invalidCredentials();
    return {
      token: await this.#tokens.issue(id, now + this.#instance.sessionTtl * TOKEN_LIVES),
      user,
      expiresAt,
      device: this.#deviceOf({ user, passwordHash }, origin)?.device ??
        this.#tokens.issueDevice(user.id, passwordHash),
    };
  }

  async #hashOf(user: User): Promise<string> {
    return (await this.#store.users.findLogin(user.username))?.passwordHash ?? "";
  }

  /** What this browser has kept of this account, if it is ours. */
  #deviceOf({ user, passwordHash }: { user: User; passwordHash: string }, { devices = [] }: Origin) {
    const device = devices.find((each) => ownerOf(each) === String(user.id));
    const id = device && this.#tokens.readDevice(device, user.id, passwordHash);
    return device && id ? { device, id } : undefined;
  }

  /** Where networks are not limited, neither are their lines. */
  #placeOf(rank: number, origin: Origin | undefined): Place {
    return { rank, line: this.#limits && origin && networkOf(origin.address) };
  }

  /** The one of these passwords that is right. All are tried, whatever the first is: that takes the same time. */
  async #match(passwords: readonly string[], hash: string | undefined, place: Place): Promise<string | undefined> {
    const atLeast = Math.min(await this.#store.users.highestCost(), BCRYPT_COST_MAX);
    let right: string | undefined;
    for (const password of passwords) {
      if (await this.#passwords.matches(password, hash, { place, atLeast })) right ??= password;
    }
    return right;
  }

  /** Keeps the password as one that is set now would be. Resolves to the hash that counts. */
  async #renew(found: { user: User; passwordHash: string }, password: string, place: Place): Promise<string> {
    const { user, passwordHash } = found;
    try {
      const renewed = await this.#passwords.hash(password, place);
      return await this.#store.users.exchangeHash(user.id, passwordHash, renewed) ? renewed : passwordHash;
    } catch (error) {
      // The next login will.
      this.#log("warn", "Cannot renew the hash of a password", { user: user.id, error });
      return passwordHash;
    }
  }

  /** Whose token this is, if its session lives; notes that it is in use. */
  async authenticate(token: string): Promise<{ user: User; session: Session } | undefined> {
    const id = await this.#tokens.read(token);
    if (id === undefined) return undefined;
    const found = await this.#store.sessions.find(id, this.#now());
    if (!found) return undefined;
    const expiresAt = this.use(found.session);
    return expiresAt === undefined ? found : { user: found.user, session: { ...found.session, expiresAt } };
  }

  /** Notes that a session is in use. Returns until when it lives, if that has changed. */
  use(session: Session): number | undefined {
    const now = this.#now();
    const noted = this.#noted.get(session.id) ?? session.lastSeenAt;
    if (now - noted < Math.min(USE_NOTED, this.#instance.sessionTtl / 10)) return undefined;
    const expiresAt = now + this.#instance.sessionTtl;
    if (this.#noted.size > 10_000) this.#noted.clear();
    this.#noted.set(session.id, now);
    this.#store.sessions.renew(session.id, now, expiresAt).catch((error) => {
      this.#log("warn", "Cannot renew session", { error });
    });
    return expiresAt;
  }

  /** Ends a session; its token is worth nothing from now on. */
  async logout(session: SessionId): Promise<void> {
    await this.#store.sessions.end(session);
    this.#noted.delete(session);
  }
}

function invalidCredentials(): ChatError {
  return new ChatError("unauthenticated", "Invalid credentials", { field: "password" });
}

/** The forms of a password that its hash may be of: as it is kept now, and as it was typed, which is older. */
function passwordsIn(typed: string): string[] {
  if (typed.length > PASSWORD_MAX_TYPED) return [];
  // None is longer than its decomposition, so a shorter one was never accepted.
  if ([...typed.normalize("NFD")].length < PASSWORD_MIN) return [];
  return [...new Set([canonicalPassword(typed), typed])].filter((each) =>
    Buffer.byteLength(each) <= PASSWORD_MAX_BYTES && !each.includes("\0")
  );
}

function costOf(hash: string): number {
  return Number(hash.slice(4, 6));
}

function linkExpired(): ChatError {
  return new ChatError("not_found", "This link works no more, ask an administrator for another");
}

/** What a schema makes of an input. Throws `invalid`, with every field that is wrong. */
export function parse<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { message, field } = complaint(parsed.error);
  throw new ChatError("invalid", message, { field, fields: complaints(parsed.error) });
}
