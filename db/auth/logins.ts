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

/** Input of a registration. */
export const registration = z.object({ username, email, password });
/** Input of a password reset. */
export const passwordOnly = z.object({ password });
/** Input of a login. */
export const credentials = z.object({
  username: z.string({ error: "Username is required" }).trim().min(1, "Username is required")
    .max(254, "Username is too long").meta({ description: "A username or an email" }),
  password: z.string({ error: "Password is required" }).min(1, "Password is required"),
});

/** Lifetime of a token as a multiple of the session's lifetime. After that even an active user logs in again. */
const TOKEN_LIVES = 12;

/** A canonical login: a username, or anything with an @. */
const LOGIN = /^[a-z0-9_.-]+$|@/;

/** Highest configurable bcrypt cost. */
const BCRYPT_COST_MAX = 15;

/** How often a session's last use is written, in ms. */
const USE_NOTED = 60_000;

/** Where a login comes from. */
export interface Origin {
  address: string;
  userAgent: string;
  /** Device tokens the browser has sent; see `devices.ts`. */
  devices?: readonly string[];
}

export interface Login {
  readonly token: string;
  readonly user: User;
  readonly expiresAt: number;
  /** Device token for the browser to keep. */
  readonly device: string;
}

/** Registration, login and sessions. */
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
  /** When a session's last use was written, for callers that hold a stale row. */
  readonly #noted = new Map<SessionId, number>();

  constructor(
    options: {
      store: Store;
      passwords: Passwords;
      tokens: Tokens;
      log: Log;
      instance: Instance;
      /** Attempts are not throttled without it. */
      limits?: LoginLimits | undefined;
      /** Whether a name contains a forbidden word. */
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

  /** Identifies the token signing key without revealing it. */
  get keyId(): string {
    return this.#tokens.keyId;
  }

  get isRegistrationOpen(): boolean {
    return this.#instance.current.registration === "open";
  }

  /**
   * Throws `invalid` (with the field), `conflict`, `rate_limited`, or `forbidden` when registration is closed. All
   * checks run before the password is hashed.
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
   * Takes the same time for an unknown user as for a known one. Input that cannot be valid is neither hashed nor
   * throttled. Throws `invalid`, `rate_limited`, `unauthenticated`, or `forbidden` for a blocked user.
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

  /** Sets a new password through a reset link. Throws `not_found` when the link is no longer valid. */
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

  /** The user whose password a reset link changes. Throws `not_found` when the link is no longer valid. */
  async resetOf(token: string): Promise<User> {
    const user = await this.#store.moderation.findPasswordReset(token, this.#now());
    if (!user) throw linkExpired();
    return user;
  }

  /** Starts a session for a user who has just authenticated. */
  async begin(user: User, origin: Origin): Promise<Login> {
    return await this.#begin(user, await this.#hashOf(user), origin);
  }

  /** Issues a device token to the browser of a user who has just authenticated; see `devices.ts`. */
  async newDevice(user: User): Promise<string> {
    return this.#tokens.issueDevice(user.id, await this.#hashOf(user));
  }

  /** Writes failed logins that are due, or all pending ones with `all`. */
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
    // A password change in the meantime has ended all sessions, so this one must not start.
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

  /** The device token this browser holds for the user, if it is valid. */
  #deviceOf({ user, passwordHash }: { user: User; passwordHash: string }, { devices = [] }: Origin) {
    const device = devices.find((each) => ownerOf(each) === String(user.id));
    const id = device && this.#tokens.readDevice(device, user.id, passwordHash);
    return device && id ? { device, id } : undefined;
  }

  /** Without login limits the queue is not divided by network either. */
  #placeOf(rank: number, origin: Origin | undefined): Place {
    return { rank, line: this.#limits && origin && networkOf(origin.address) };
  }

  /**
   * Returns the password that matches. All are checked even after a match, so the time does not reveal which one it
   * was.
   */
  async #match(passwords: readonly string[], hash: string | undefined, place: Place): Promise<string | undefined> {
    const atLeast = Math.min(await this.#store.users.highestCost(), BCRYPT_COST_MAX);
    let right: string | undefined;
    for (const password of passwords) {
      if (await this.#passwords.matches(password, hash, { place, atLeast })) right ??= password;
    }
    return right;
  }

  /** Rehashes the password with the current cost and canonical form. Resolves to the hash now in effect. */
  async #renew(found: { user: User; passwordHash: string }, password: string, place: Place): Promise<string> {
    const { user, passwordHash } = found;
    try {
      const renewed = await this.#passwords.hash(password, place);
      return await this.#store.users.exchangeHash(user.id, passwordHash, renewed) ? renewed : passwordHash;
    } catch (error) {
      // The next login tries again.
      this.#log("warn", "Cannot renew the hash of a password", { user: user.id, error });
      return passwordHash;
    }
  }

  /** Resolves to the token's user and session, if the session is alive, and records that it is in use. */
  async authenticate(token: string): Promise<{ user: User; session: Session } | undefined> {
    const id = await this.#tokens.read(token);
    if (id === undefined) return undefined;
    const found = await this.#store.sessions.find(id, this.#now());
    if (!found) return undefined;
    const expiresAt = this.use(found.session);
    return expiresAt === undefined ? found : { user: found.user, session: { ...found.session, expiresAt } };
  }

  /** Records that a session is in use. Returns its new expiry in ms, if it has changed. */
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

  /** Ends a session and invalidates its token. */
  async logout(session: SessionId): Promise<void> {
    await this.#store.sessions.end(session);
    this.#noted.delete(session);
  }
}

function invalidCredentials(): ChatError {
  return new ChatError("unauthenticated", "Invalid credentials", { field: "password" });
}

/** The forms of the typed password that may have been hashed: canonical, and as typed by older versions. */
function passwordsIn(typed: string): string[] {
  if (typed.length > PASSWORD_MAX_TYPED) return [];
  // NFD is the longest form, so a password shorter than this in NFD was never accepted.
  if ([...typed.normalize("NFD")].length < PASSWORD_MIN) return [];
  return [...new Set([canonicalPassword(typed), typed])].filter((each) =>
    Buffer.byteLength(each) <= PASSWORD_MAX_BYTES && !each.includes("\0")
  );
}

function costOf(hash: string): number {
  return Number(hash.slice(4, 6));
}

function linkExpired(): ChatError {
  return new ChatError("not_found", "This link is no longer valid, ask an administrator for a new one");
}

/** Parses input with a schema. Throws `invalid`, with every invalid field. */
export function parse<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { message, field } = complaint(parsed.error);
  throw new ChatError("invalid", message, { field, fields: complaints(parsed.error) });
}
