import { randomUUID } from "node:crypto";
import * as z from "zod";
import { ChatError } from "./errors.ts";
import type { Instance } from "./instance.ts";
import type { Log } from "./log.ts";
import type { Session, SessionId, User } from "./model.ts";
import type { Passwords } from "./password.ts";
import { complaint, complaints, email, password, PASSWORD_MAX_BYTES, username } from "./rules.ts";
import type { Store } from "./store.ts";
import type { Tokens } from "./tokens.ts";

/** What creates an account. */
export const registration = z.object({ username, email, password });
/** What a link for a new password takes. */
export const passwordOnly = z.object({ password });
/** What begins a session. */
export const credentials = z.object({
  username: z.string({ error: "Username is required" }).min(1, "Username is required").max(254, "Username is too long")
    .meta({ description: "A username or an email" }),
  password: z.string({ error: "Password is required" }).min(1, "Password is required"),
});

/** A token lives this many times the session's life at the most: then one logs in again, however busy one was. */
const TOKEN_LIVES = 12;

/** A session's use is written at most this often, in ms. */
const USE_NOTED = 60_000;

/** Where a login comes from, for the list of sessions. */
export interface Origin {
  address: string;
  userAgent: string;
}

export interface Login {
  readonly token: string;
  readonly user: User;
  readonly expiresAt: number;
}

/** Accounts and sessions: who somebody is, and for how long we believe it. */
export class Logins {
  readonly #store: Store;
  readonly #passwords: Passwords;
  readonly #tokens: Tokens;
  readonly #log: Log;
  readonly #instance: Instance;
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
      now: () => number;
    },
  ) {
    this.#store = options.store;
    this.#passwords = options.passwords;
    this.#tokens = options.tokens;
    this.#log = options.log;
    this.#instance = options.instance;
    this.#now = options.now;
  }

  get isRegistrationOpen(): boolean {
    return this.#instance.current.registration === "open";
  }

  /** Throws `invalid` (with the field), `conflict`, or `forbidden` when registration is closed. */
  async register(input: unknown): Promise<User> {
    if (!this.isRegistrationOpen) throw new ChatError("forbidden", "Registration is closed");
    const { username, email, password } = parse(registration, input);
    const passwordHash = await this.#passwords.hash(password);
    return await this.#store.users.create({ username, email: email ?? null, passwordHash }, this.#now());
  }

  /** The same work for a user that does not exist. Throws `unauthenticated`, or `forbidden` for the blocked. */
  async login(input: unknown, origin: Origin): Promise<Login> {
    const given = parse(credentials, input);
    const found = await this.#store.users.findLogin(given.username);
    const tooLong = new TextEncoder().encode(given.password).length > PASSWORD_MAX_BYTES;
    const matches = await this.#passwords.matches(tooLong ? "" : given.password, found?.passwordHash);
    if (!found || tooLong || !matches) {
      throw new ChatError("unauthenticated", "Invalid credentials", { field: "password" });
    }
    if (found.user.isBlocked) throw new ChatError("forbidden", "User is blocked", { field: "username" });
    return await this.begin(found.user, origin);
  }

  /** Gives somebody with a link from an administrator a new password. Throws `not_found` when the link works no more. */
  async resetPassword(token: string, input: unknown): Promise<User> {
    const { password } = parse(passwordOnly, input);
    if (!await this.#store.moderation.findPasswordReset(token, this.#now())) throw linkExpired();
    const user = await this.#store.moderation.usePasswordReset(
      token,
      await this.#passwords.hash(password),
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
  async begin(user: User, { address, userAgent }: Origin): Promise<Login> {
    const now = this.#now();
    const id = randomUUID() as string as SessionId;
    const expiresAt = now + this.#instance.sessionTtl;
    await this.#store.sessions.create({
      id,
      userId: user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      address,
      userAgent: userAgent.slice(0, 256),
    });
    return { token: await this.#tokens.issue(id, now + this.#instance.sessionTtl * TOKEN_LIVES), user, expiresAt };
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
