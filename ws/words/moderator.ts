import { createHash } from "node:crypto";
import { ChatError } from "../../db/errors.ts";
import type { Instance } from "../../db/instance.ts";
import type { Actor, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { WordList } from "./word_list.ts";

/** A message was refused because of its language. */
export class Warned extends ChatError {
  readonly warnings: number;

  constructor(message: string, warnings: number) {
    super("invalid", message);
    this.warnings = warnings;
  }
}

/** Checks texts against the word lists, and warns or blocks their authors. */
export class Moderator {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #instance: Instance;
  /** Loaded after the start, so that the first page does not wait for it. */
  #words: Promise<WordList> | undefined;

  constructor(options: { store: Store; bus: Bus; clock: Clock; instance: Instance }) {
    this.#store = options.store;
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#instance = options.instance;
    // The instance's own words may have changed.
    options.bus.subscribe("instance", () => this.#words = undefined);
  }

  /** Loads the words, so that the first message does not wait for them. */
  async prepare(): Promise<void> {
    await this.#wordList();
  }

  /**
   * Checks a text. A forbidden word counts as a warning: throws `Warned`, or blocks the user after too many warnings.
   * Administrators are warned but never blocked. `nonce` keeps a retry from counting twice. `place` says what the text
   * was for: the same text elsewhere is another offence.
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

  /** Whether a name contains a forbidden word. */
  async forbidsName(name: string): Promise<boolean> {
    return (await this.#wordList()).forbidsName(name);
  }

  /** Counts a warning, and blocks the user when it exceeds the limit. */
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

/** Loads the built-in words and, if there is a store, the instance's own. */
export async function readWordList(store: Store | undefined): Promise<WordList> {
  const { WordList } = await import("./word_list.ts");
  return new WordList(await store?.words.list() ?? []);
}

/** Identifies an offence without storing the text. */
function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
