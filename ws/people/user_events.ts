import type { Log } from "../../db/log.ts";
import type { RoomId, UserId } from "../../db/model.ts";
import { can } from "../../db/policy.ts";
import type { Store } from "../../db/store.ts";
import type { PeopleEvent } from "../bus/topics.ts";
import type { Clock } from "../clock.ts";
import { closeCode } from "../transport/close_code.ts";
import type { Connection } from "../transport/connection.ts";
import type { Inboxes } from "./inboxes.ts";
import type { Sessions } from "./sessions.ts";

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly inboxes: Inboxes;
  readonly sessions: Sessions;
  /** Called when a user has lost access to a room. */
  readonly cutRoom: (user: UserId, room: RoomId) => void;
}

/** Applies changes of users, sessions and memberships to the open connections. */
export class UserEvents {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  handle(event: PeopleEvent): void {
    const { inboxes, sessions, cutRoom } = this.#options;
    switch (event.type) {
      case "session_ended":
        return sessions.end(event.session);
      case "sessions_ended":
        for (const connection of inboxes.connectionsOf(event.user)) {
          connection.close(closeCode.loggedOut, "Logged out");
        }
        return;
      case "user_blocked":
        return inboxes.connectionsOf(event.user).forEach(cutBlocked);
      case "user_warned":
        return this.#warn(event);
      case "user_changed":
        for (const connection of inboxes.connectionsOf(event.user.id)) connection.actor = event.user;
        return;
      case "user_changed_externally":
        return void this.#recheck(event.user);
      case "room_joined":
      case "membership_changed":
        return this.#logged(inboxes.changed(event.user, event.room));
      case "room_changed":
        return this.#logged(inboxes.roomChanged(event.room));
      case "room_left":
        return cutRoom(event.user, event.room);
    }
  }

  /**
   * Loads a connection's session again and updates its user. Closes the connection and returns false when the session
   * has ended or the user is blocked.
   */
  async revalidate(connection: Connection): Promise<boolean> {
    const { store, clock } = this.#options;
    const found = await store.sessions.find(connection.session.id, clock.now());
    if (!found) connection.close(closeCode.loggedOut, "Logged out");
    else if (!can.connect(found.user)) cutBlocked(connection);
    else connection.actor = found.user;
    return !connection.isClosed;
  }

  #logged(change: Promise<void>): void {
    change.catch((error) => this.#options.log("error", "Cannot read memberships", { error }));
  }

  async #recheck(user: UserId): Promise<void> {
    try {
      for (const connection of this.#options.inboxes.connectionsOf(user)) await this.revalidate(connection);
    } catch (error) {
      this.#options.log("error", "Cannot read session", { error });
    }
  }

  #warn({ user, warnings, reason }: { user: UserId; warnings: number; reason: string }): void {
    const detail = `An administrator has warned you${reason === "" ? "" : `: ${reason}`}`;
    for (const connection of this.#options.inboxes.connectionsOf(user)) {
      connection.reply({ type: "warning", detail, warning_count: warnings });
    }
  }
}

function cutBlocked(connection: Connection): void {
  connection.reply({ type: "blocked", detail: "You are blocked" });
  connection.close(closeCode.blocked, "Blocked");
}
