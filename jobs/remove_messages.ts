import * as z from "zod";
import type { UserId } from "../db/model.ts";
import { REMOVE_MESSAGES, type Store } from "../db/store.ts";
import type { Bus } from "../ws/bus/bus.ts";
import { roomTopic } from "../ws/bus/topics.ts";
import type { JobKind } from "./job_kind.ts";

const id = z.number().int().positive().transform((value) => value as UserId);
const payload = z.object({ user: id, by: id });

/**
 * Removes the remaining messages of a deleted user. Normally the caller of the deletion does so at once; this job
 * covers a crash in between. Idempotent: a second run finds nothing to remove.
 */
export function removeMessages({ store, bus }: { store: Store; bus: Bus }): JobKind {
  return {
    kind: REMOVE_MESSAGES,
    tries: 10,
    retry: { first: 10_000, most: 60 * 60 * 1000 },
    failure: { level: "warn", event: "Cannot remove the messages of a deleted account" },
    async run(given, { now, signal }) {
      const { user, by } = payload.parse(given);
      let removed;
      do {
        signal.throwIfAborted();
        removed = await store.moderation.removeMessagesOf(user, by, now());
        for (const message of removed) bus.publish(roomTopic(message.roomId), { type: "message", message });
      } while (removed.length > 0);
    },
  };
}
