import { ChatError } from "../../db/errors.ts";
import { roomSlug } from "../../db/rules.ts";
import { parseRequest, type Request } from "../commands/request.ts";
import { Warned } from "../words/moderator.ts";
import type { Connection, ConnectionHost } from "./connection.ts";

/** Commands that one connection may have queued. */
const QUEUE_MAX = 256;

/** The commands of one connection. They run one at a time, in order of arrival, and each gets a reply. */
export class CommandQueue {
  readonly #connection: Connection;
  readonly #host: ConnectionHost;
  readonly #waiting: Request[] = [];
  #isBusy = false;
  #whenIdle: (() => void) | undefined;

  constructor(connection: Connection, host: ConnectionHost) {
    this.#connection = connection;
    this.#host = host;
  }

  /** Queued commands. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Handles one frame from the client. `text` is `null` for a binary frame; `bytes` is the frame's length. */
  take(text: string | null, bytes: number): void {
    const request = text === null ? undefined : parseRequest(text, this.#connection.encoding.name);
    if (!request) return this.#refuse(bytes, "invalid", "Invalid message format");
    if (!this.#host.allow(this.#connection)) {
      return this.#refuse(bytes, "rate_limited", "Too many messages, wait a moment", request.nonce);
    }
    if (this.#waiting.length >= QUEUE_MAX) {
      return this.#refuse(bytes, "rate_limited", "Too many messages at once, wait a moment", request.nonce);
    }
    this.#waiting.push(request);
    if (!this.#isBusy) void this.#work();
  }

  /** Resolves when no command is running. */
  async idle(): Promise<void> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#whenIdle = resolve);
  }

  #refuse(bytes: number, code: string, detail: string, nonce?: string): void {
    if (code === "rate_limited") this.#host.metrics.commandsLimited += 1;
    this.#connection.tolerate(bytes);
    this.#connection.reply({ type: "error", detail, code, nonce });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    let request: Request | undefined;
    while ((request = this.#waiting.shift())) {
      const { nonce } = request;
      try {
        const { id, room, secret } = await this.#host.run(this.#connection, request) ?? {};
        // A secret is sent nowhere else, so it is acknowledged even without a nonce.
        if (nonce !== undefined || secret !== undefined) {
          this.#connection.reply({ type: "ack", nonce, id, room, secret });
        }
      } catch (error) {
        this.#answer(error, request);
      }
    }
    this.#isBusy = false;
    this.#whenIdle?.();
  }

  #answer(error: unknown, { nonce, fields }: Request): void {
    const connection = this.#connection;
    const room = roomIn(fields);
    if (error instanceof Warned) {
      connection.reply({ type: "warning", detail: error.message, warning_count: error.warnings, nonce });
      return;
    }
    if (error instanceof ChatError) {
      connection.reply({ type: "error", detail: error.message, code: error.code, nonce, room });
      return;
    }
    this.#host.log("error", "Cannot run command", { user: connection.actor.id, error });
    const detail = "This could not be stored, try again later";
    connection.reply({ type: "error", detail, code: "unavailable", nonce, room });
  }
}

/** The room named in a command. */
function roomIn(fields: unknown): string | undefined {
  return roomSlug.safeParse((fields as { room?: unknown }).room).data;
}
