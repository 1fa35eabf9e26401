import type { Log } from "../../db/log.ts";
import type { Person, RoomId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Clock } from "../clock.ts";
import type { LiveRooms } from "./live_rooms.ts";

/** How old the list of those present at the last stop may be, in ms: a restart, not a pause. */
const RESTART_MAX = 60_000;
const KEY = "present_at_stop";

/** Keeps who is in which room over a restart, so that nobody leaves or joins who comes back within the grace. */
export class PresenceAtStop {
  readonly #options: { store: Store; clock: Clock; log: Log; rooms: LiveRooms };

  constructor(options: { store: Store; clock: Clock; log: Log; rooms: LiveRooms }) {
    this.#options = options;
  }

  async save(): Promise<void> {
    const { store, clock, log, rooms } = this.#options;
    const value = JSON.stringify({ at: clock.now(), rooms: rooms.present() });
    await store.settings.set(KEY, value).catch((error) => log("warn", "Cannot remember who is online", { error }));
  }

  /** The result cancels what is still to be done. */
  async restore(): Promise<() => void> {
    const { clock, log, rooms, store: { settings } } = this.#options;
    const value = await settings.get(KEY);
    if (value === undefined) return () => {};
    const saved = JSON.parse(value) as { at: number; rooms: [RoomId, Person[]][] };
    if (Math.abs(clock.now() - saved.at) <= RESTART_MAX) rooms.expect(saved.rooms);
    // Not now: to write starts a thread. And in a room where nobody comes back for long, the first who does must not meet
    // the ghosts of the others.
    return clock.after(RESTART_MAX, () => {
      rooms.expect([]);
      settings.remove(KEY).catch((error) => log("warn", "Cannot forget who was online", { error }));
    });
  }
}
