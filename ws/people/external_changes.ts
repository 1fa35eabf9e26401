import type { Instance } from "../../db/instance.ts";
import type { Log } from "../../db/log.ts";
import type { UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";

/** Between two looks, in ms: whoever acts at the command line sees it done within a second. */
export const LOOK = 500;

/** Acts read at once. */
const PAGE = 500;

/**
 * Notices what another process does to the accounts, words and settings of the same store, as `chatterbox user` does. The
 * audit log says whom and what it was about; what is true now is read from the store, so that an act that is noticed late,
 * twice, or together with our own does no harm. Resolves to what ends it.
 */
export async function watchExternalChanges(
  { store, bus, instance, clock, log }: { store: Store; bus: Bus; instance: Instance; clock: Clock; log: Log },
): Promise<() => void> {
  let last = await store.audit.newest();
  let isBehind = false;
  let isOver = false;
  let cancel = clock.after(LOOK, look);

  async function look(): Promise<void> {
    try {
      if (await store.changedExternally()) isBehind = true;
      if (isBehind) await catchUp();
    } catch (error) {
      if (!isOver) log("warn", "Cannot see what another process has done", { error });
    }
    if (!isOver) cancel = clock.after(LOOK, look);
  }

  async function catchUp(): Promise<void> {
    const { users, actions, newest } = await read();
    if (actions.has("change_settings")) await instance.reload();
    if ([...actions].some((action) => action.endsWith("_word"))) bus.publish("instance", { type: "words_changed" });
    for (const user of users) bus.publish("people", { type: "user_changed_externally", user });
    last = newest;
    isBehind = false;
  }

  /** What was done, our own acts included, since we last looked. */
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
    isOver = true;
    cancel();
  };
}
