import type { Message, ServerEvent } from "./protocol.ts";

/** What there is to show that was not shown before. */
export type Change =
  | { readonly kind: "posted"; readonly message: Message }
  | { readonly kind: "edited"; readonly message: Message }
  /** `message` is what was deleted, if it was ever shown here. */
  | { readonly kind: "deleted"; readonly id: number; readonly message: Message | undefined };

/** More messages than this are not remembered: an older one that is edited is shown as if for the first time. */
const REMEMBERED = 2_000;

/**
 * What was shown of one room, so that after a reconnect nothing is shown twice and nothing is left out. It trusts the
 * server to tell things in order, and believes `rev` where the same thing is told twice.
 */
export class Transcript {
  readonly #messages = new Map<number, Message>();
  /** Acknowledged, but seen nowhere yet. */
  readonly #owed = new Set<number>();
  #rev = 0;
  #newest = 0;
  #me: string | undefined;

  /** `me` is learnt from the first message that is acknowledged when it is not known. */
  constructor(me?: string) {
    this.#me = me;
  }

  /** The room's counter up to which everything was shown: the `after` of the next connection. 0 before anything was. */
  get rev(): number {
    return this.#rev;
  }

  /** The newest message that was shown, or 0. */
  get newest(): number {
    return this.#newest;
  }

  /** How many messages of mine are stored for good but were not shown yet. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Takes in one event and tells what is new in it. */
  take(event: ServerEvent): Change[] {
    switch (event.type) {
      case "history": {
        const after = this.#rev;
        const changes = event.messages.flatMap((message) => this.#see(message, message.seq > after));
        this.#rev = Math.max(this.#rev, event.head);
        return changes;
      }
      case "message":
        return this.#see(event, true);
      case "edit":
        return this.#see(event, false);
      case "delete":
        return this.#forget(event.id, event.rev);
      default:
        return [];
    }
  }

  /** Takes in that the message `id` is mine and stored. */
  own(id: number): void {
    const message = this.#messages.get(id);
    if (message === undefined) this.#owed.add(id);
    else this.#me ??= message.username;
  }

  /** The last message of mine that still stands, if one was shown here. */
  lastOwn(): Message | undefined {
    return this.#messages.values().toArray().findLast((message) => message.username === this.#me && !message.deleted);
  }

  /** Whether the message `id` was shown, and then its deletion. */
  isDeleted(id: number): boolean {
    return this.#messages.get(id)?.deleted === true;
  }

  /** Forgets what was shown: the room is shown anew. */
  restart(): void {
    this.#messages.clear();
    this.#rev = 0;
    this.#newest = 0;
  }

  #see(message: Message, fresh: boolean): Change[] {
    if (message.deleted) return this.#forget(message.id, message.rev);
    const shown = this.#messages.get(message.id);
    this.#rev = Math.max(this.#rev, message.rev);
    if (shown !== undefined && message.rev <= shown.rev) return [];
    // Edited before anybody was told of it, a message is told of as an edit.
    const posted = shown === undefined && (fresh || message.id > this.#newest);
    this.#remember(message);
    if (this.#owed.delete(message.id)) this.#me ??= message.username;
    return [{ kind: posted ? "posted" : "edited", message }];
  }

  #forget(id: number, rev: number): Change[] {
    const shown = this.#messages.get(id);
    this.#rev = Math.max(this.#rev, rev);
    this.#owed.delete(id);
    if (shown?.deleted) return [];
    if (shown !== undefined) this.#messages.set(id, { ...shown, content: "", rev, deleted: true });
    // Posted and deleted while we were away: nobody here ever saw it.
    if (shown === undefined && id > this.#newest) return [];
    return [{ kind: "deleted", id, message: shown }];
  }

  #remember(message: Message): void {
    this.#messages.set(message.id, message);
    this.#newest = Math.max(this.#newest, message.id);
    if (this.#messages.size <= REMEMBERED) return;
    for (const oldest of this.#messages.keys()) {
      this.#messages.delete(oldest);
      break;
    }
  }
}
