import type { Topics } from "./topics.ts";

/**
 * Carries events, as data, to whoever is interested. Handlers in this process run at once and in the order of
 * publishing; a handler that throws stops nobody. From other processes events may come late, twice or not at all:
 * a durable event's `rev` shows the gap, and the store fills it.
 */
export interface Bus {
  publish<Topic extends keyof Topics>(topic: Topic, event: Topics[Topic]): void;
  /** The result ends the subscription. */
  subscribe<Topic extends keyof Topics>(topic: Topic, handler: (event: Topics[Topic]) => void): () => void;
}
