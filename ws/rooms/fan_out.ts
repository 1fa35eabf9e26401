import { setImmediate } from "node:timers";
import type { Metrics } from "../../db/metrics.ts";
import { encodeAll, type Encoding } from "../encoding/encoding.ts";
import type { DeliveredEvent } from "../event.ts";
import { type Frame, frame } from "../transport/transport.ts";
import type { Subscription } from "./subscription.ts";

/** Subscriptions served before yielding to the event loop. */
const SLICE = 500;

/**
 * Delivers the events of one frame to all subscriptions of a room. The frame is encoded once per encoding. A
 * subscription whose history already included some of these changes gets the rest in a frame of its own. `key`: see
 * `turns`.
 */
export async function fanOut(
  subscriptions: Iterable<Subscription>,
  events: readonly DeliveredEvent[],
  { key, metrics }: { key: unknown; metrics: Metrics },
): Promise<void> {
  const revs = events.flatMap((event) => event.type === "message" ? [event.message.rev] : []);
  const first = revs[0] ?? Infinity;
  const frames = new Map<Encoding, Frame>();
  let walked = 0;
  let handed = 0;
  for (const subscription of subscriptions) {
    if (++walked % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    const { connection } = subscription;
    const { encoding } = connection;
    let encoded: Frame | undefined;
    if (subscription.shown < first && !(encoded = frames.get(encoding))) {
      const ahead = encoding.prepare(
        key,
        events.flatMap((event) => event.type === "message" ? [event.message] : []),
      );
      if (ahead) await ahead;
      frames.set(encoding, encoded = frame(encodeAll(encoding, events)));
    }
    // It may have ended during one of the awaits above.
    if (subscription.isEnded || connection.isClosed) continue;
    if (encoded === undefined) {
      const { shown } = subscription;
      const unseen = events.filter((event) => event.type !== "message" || event.message.rev > shown);
      if (unseen.length > 0) connection.deliver(frame(encodeAll(encoding, unseen)), false);
      continue;
    }
    connection.deliver(encoded, revs.length === 0);
    handed += 1;
  }
  metrics.frames += handed;
  metrics.deliveries += handed * revs.length;
}
