import type { Log } from "../../db/log.ts";
import type { Person, RoomId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Clock } from "../clock.ts";
import type { LiveRooms } from "./live_rooms.ts";

/** Maximum age of the saved presence, in ms. After a longer stop it is stale. */
const RESTART_MAX = 60_000;
const KEY = "present_at_stop";

/**
 * Saves presence across a restart, so that users who reconnect within the grace period are not announced as leaving and
 * joining.
 */
export class PresenceAtStop {
  readonly #options: { store: Store; clock: Clock; log: Log; rooms: LiveRooms };

  constructor(options: { store: Store; clock: Clock; log: Log; rooms: LiveRooms }) {
    this.#options = options;
  }

  async save(): Promise<void> {
    const { store, clock, log, rooms } = this.#options;
    const value = JSON.stringify({ at: clock.now(), rooms: rooms.present() });
    await store.settings.set(KEY, value).catch((error) => log("warn", "Cannot save presence", { error }));
  }

  /** Returns a function that cancels the pending cleanup. */
  async restore(): Promise<() => void> {
    const { clock, log, rooms, store: { settings } } = this.#options;
    const value = await settings.get(KEY);
    if (value === undefined) return () => {};
    const saved = JSON.parse(value) as { at: number; rooms: [RoomId, Person[]][] };
    if (Math.abs(clock.now() - saved.at) <= RESTART_MAX) rooms.expect(saved.rooms);
    // Deferred, because a write starts the writer thread. Entries of rooms that stayed empty must not outlive the
    // restart: the first user to return would see the others as present.
    return clock.after(RESTART_MAX, () => {
      rooms.expect([]);
      settings.remove(KEY).catch((error) => log("warn", "Cannot delete saved presence", { error }));
    });
  }
}
