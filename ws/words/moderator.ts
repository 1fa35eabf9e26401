import { createHash } from "node:crypto";
import { ChatError } from "../../db/errors.ts";
import type { Instance } from "../../db/instance.ts";
import type { Actor, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { WordList } from "./word_list.ts";

/** The message was not taken, because of what it says. */
export class Warned extends ChatError {
  readonly warnings: number;

  constructor(message: string, warnings: number) {
    super("invalid", message);
    this.warnings = warnings;
  }
}

/** Decides what may be said, and what follows when somebody says something else. */
export class Moderator {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #instance: Instance;
  /** Read after the start: nobody waits for it to see the first page. */
  #words: Promise<WordList> | undefined;

  constructor(options: { store: Store; bus: Bus; clock: Clock; instance: Instance }) {
    this.#store = options.store;
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#instance = options.instance;
    // The administrator's words may have changed.
    options.bus.subscribe("instance", () => this.#words = undefined);
  }

  /** Reads the words, so that the first message does not wait for them. */
  async prepare(): Promise<void> {
    await this.#wordList();
  }

  /**
   * Passes what may be said. What may not is counted: throws `Warned`, or blocks the account when there have been too
   * many. Administrators are warned, never blocked. `nonce` keeps a message that is sent again from counting twice;
   * `place` says what it was for, since the same text somewhere else is another offence.
   */
  async check(actor: User, text: string, nonce: string | undefined, place = ""): Promise<void> {
    const words = await this.#wordList();
    if (!words.forbids(text)) return;
    const offence = nonce === undefined ? undefined : fingerprint(nonce, place, text);
    const { warnings, blocked } = await this.warn(actor, { by: "automatic", reason: "language", nonce, offence });
    if (blocked) throw new ChatError("forbidden", "User is blocked");
    const { warnings: allowed } = this.#instance.current;
    throw new Warned(
      `Warning ${Math.min(warnings, allowed)} of ${allowed}: your message was not sent because of its language`,
      warnings,
    );
  }

  /** Whether somebody or something may not be called so, because of what the name says. */
  async forbidsName(name: string): Promise<boolean> {
    return (await this.#wordList()).forbidsName(name);
  }

  /** Counts a warning; the one too many blocks. */
  async warn(
    user: User,
    how: { by: Actor; reason: string; nonce?: string | undefined; offence?: string | undefined },
  ): Promise<{ warnings: number; blocked: boolean }> {
    const outcome = await this.#store.moderation.warn(user.id, {
      ...how,
      threshold: this.#instance.current.warnings + 1,
      life: this.#instance.warningLife,
    }, this.#clock.now());
    if (outcome.blocked) this.#bus.publish("people", { type: "user_blocked", user: user.id });
    else if (how.by !== "automatic") {
      this.#bus.publish("people", { type: "user_warned", user: user.id, ...outcome, reason: how.reason });
    }
    return outcome;
  }

  async #wordList(): Promise<WordList> {
    this.#words ??= readWordList(this.#store);
    try {
      return await this.#words;
    } catch (error) {
      this.#words = undefined;
      throw error;
    }
  }
}

/** The words of this store and those that come with the program; only the latter where there is no store yet. */
export async function readWordList(store: Store | undefined): Promise<WordList> {
  const { WordList } = await import("./word_list.ts");
  return new WordList(await store?.words.list() ?? []);
}

/** Tells offences apart without keeping what was said. */
function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
