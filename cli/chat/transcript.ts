import type { Message, ServerEvent } from "./protocol.ts";

/** A change to show. */
export type Change =
  | { readonly kind: "posted"; readonly message: Message }
  | { readonly kind: "edited"; readonly message: Message }
  /** `message` is the deleted message, if it was shown. */
  | { readonly kind: "deleted"; readonly id: number; readonly message: Message | undefined };

/** Messages kept. An older one that is edited is shown as if for the first time. */
const KEPT = 2_000;

/**
 * What was shown of one room, so that a reconnect neither repeats nor omits anything. Relies on the server's order of
 * events, and on `rev` to recognise duplicates.
 */
export class Transcript {
  readonly #messages = new Map<number, Message>();
  /** Acknowledged messages that have not been received as events. */
  readonly #owed = new Set<number>();
  #rev = 0;
  #newest = 0;
  #me: string | undefined;

  /** `me` is the username; when unknown, it is learnt from the first acknowledged message. */
  constructor(me?: string) {
    this.#me = me;
  }

  /** The `rev` up to which everything was shown: `after` for the next connection. 0 before the first history. */
  get rev(): number {
    return this.#rev;
  }

  /** The id of the newest message shown, or 0. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the user's own messages that are stored but have not been shown. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Applies one event. Returns the changes to show. */
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

  /** Records that the message `id` is the user's own and is stored. */
  own(id: number): void {
    const message = this.#messages.get(id);
    if (message === undefined) this.#owed.add(id);
    else this.#me ??= message.username;
  }

  /** The user's last undeleted message, if one was shown. */
  lastOwn(): Message | undefined {
    return this.#messages.values().toArray().findLast((message) => message.username === this.#me && !message.deleted);
  }

  /** Whether the message `id` was shown and then deleted. */
  isDeleted(id: number): boolean {
    return this.#messages.get(id)?.deleted === true;
  }

  /** Starts over, with nothing shown. */
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
    // A message that was edited before it was broadcast arrives as an edit.
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
    // Posted and deleted while disconnected: it was never shown.
    if (shown === undefined && id > this.#newest) return [];
    return [{ kind: "deleted", id, message: shown }];
  }

  #remember(message: Message): void {
    this.#messages.set(message.id, message);
    this.#newest = Math.max(this.#newest, message.id);
    if (this.#messages.size <= KEPT) return;
    for (const oldest of this.#messages.keys()) {
      this.#messages.delete(oldest);
      break;
    }
  }
}
