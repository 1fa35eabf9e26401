import type { Instance } from "../../db/instance.ts";
import type { Log } from "../../db/log.ts";
import type { UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";

/** How often other processes' changes are polled, in ms: an act at the command line takes effect within a second. */
export const POLL_INTERVAL = 500;

/** Acts read per query. */
const PAGE = 500;

/**
 * Polls for acts of other processes, such as `chatterbox user`, on the same database. The audit log says which users,
 * words and settings changed. Their current state is then read from the database, so an act that is seen late, twice,
 * or that is our own does no harm. Resolves to a function that stops polling.
 */
export async function watchExternalChanges(
  { store, bus, instance, clock, log }: { store: Store; bus: Bus; instance: Instance; clock: Clock; log: Log },
): Promise<() => void> {
  let last = await store.audit.newest();
  let isBehind = false;
  let isStopped = false;
  let cancel = clock.after(POLL_INTERVAL, poll);

  async function poll(): Promise<void> {
    try {
      if (await store.changedExternally()) isBehind = true;
      if (isBehind) await catchUp();
    } catch (error) {
      if (!isStopped) log("warn", "Cannot poll for changes of other processes", { error });
    }
    if (!isStopped) cancel = clock.after(POLL_INTERVAL, poll);
  }

  async function catchUp(): Promise<void> {
    const { users, actions, newest } = await read();
    if (actions.has("change_settings")) await instance.reload();
    if ([...actions].some((action) => action.endsWith("_word"))) bus.publish("instance", { type: "words_changed" });
    for (const user of users) bus.publish("people", { type: "user_changed_externally", user });
    last = newest;
    isBehind = false;
  }

  /** Acts since the last poll, including our own. */
  async function read() {
    const users = new Set<UserId>();
    const actions = new Set<string>();
    let newest = last;
    let acts;
    do {
      acts = await store.audit.since(newest, PAGE);
      for (const { id, action, target } of acts) {
        newest = id;
        actions.add(action);
        if (target !== null) users.add(target);
      }
    } while (acts.length === PAGE);
    return { users, actions, newest };
  }

  return () => {
    isStopped = true;
    cancel();
  };
}
