import type { Topics } from "./topics.ts";

/**
 * Publishes events to their subscribers. Handlers in this process run synchronously, in the order of publishing; one
 * that throws does not stop the others. Events from other processes may arrive late, twice or not at all: a gap in
 * `rev` reveals a missed durable event, and the store fills it.
 */
export interface Bus {
  publish<Topic extends keyof Topics>(topic: Topic, event: Topics[Topic]): void;
  /** Returns a function that unsubscribes. */
  subscribe<Topic extends keyof Topics>(topic: Topic, handler: (event: Topics[Topic]) => void): () => void;
}
