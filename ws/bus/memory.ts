import type { Log } from "../../db/log.ts";
import type { Bus } from "./bus.ts";

/** A bus within one process. */
export function memoryBus(log: Log): Bus {
  const topics = new Map<string, Set<(event: never) => void>>();
  return {
    publish(topic, event) {
      for (const handler of topics.get(topic) ?? []) {
        try {
          handler(event as never);
        } catch (error) {
          log("error", "Cannot handle event", { topic, error });
        }
      }
    },
    subscribe(topic, handler) {
      const handlers = topics.get(topic) ?? new Set();
      topics.set(topic, handlers);
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
        if (handlers.size === 0 && topics.get(topic) === handlers) topics.delete(topic);
      };
    },
  };
}
