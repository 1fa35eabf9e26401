import type { Log } from "../../db/log.ts";
import type { Session, SessionId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Clock } from "../clock.ts";
import { closeCode } from "../transport/close_code.ts";
import type { Connection } from "../transport/connection.ts";

interface Entry {
  expiresAt: number;
  readonly connections: Set<Connection>;
}

/** Maps each session to its connections, which end with it. */
export class Sessions {
  readonly #options: { store: Store; clock: Clock; log: Log };
  readonly #sessions = new Map<SessionId, Entry>();

  constructor(options: { store: Store; clock: Clock; log: Log }) {
    this.#options = options;
  }

  add(connection: Connection): void {
    const { id, expiresAt } = connection.session;
    let entry = this.#sessions.get(id);
    if (!entry) this.#sessions.set(id, entry = { expiresAt, connections: new Set() });
    entry.expiresAt = Math.max(entry.expiresAt, expiresAt);
    entry.connections.add(connection);
  }

  delete(connection: Connection): void {
    const entry = this.#sessions.get(connection.session.id);
    entry?.connections.delete(connection);
    if (entry?.connections.size === 0) this.#sessions.delete(connection.session.id);
  }

  /** Extends a session that has been used. */
  renew({ id }: Session, expiresAt: number): void {
    const entry = this.#sessions.get(id);
    if (entry) entry.expiresAt = expiresAt;
  }

  /** Closes every connection of a session. */
  end(id: SessionId): void {
    for (const connection of [...this.#sessions.get(id)?.connections ?? []]) {
      connection.close(closeCode.loggedOut, "Logged out");
    }
  }

  /** Closes the connections of expired sessions. */
  expire(): void {
    const { store, clock, log } = this.#options;
    const now = clock.now();
    for (const [id, entry] of this.#sessions) {
      if (entry.expiresAt > now) continue;
      // It may have been renewed over HTTP or by another process: the database is the source of truth.
      entry.expiresAt = Infinity;
      store.sessions.find(id, now).then((found) => {
        if (found) entry.expiresAt = found.session.expiresAt;
        else this.end(id);
      }, (error) => {
        entry.expiresAt = now;
        log("error", "Cannot read session", { error });
      });
    }
  }
}
