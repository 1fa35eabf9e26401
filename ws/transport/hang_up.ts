import type { Duplex } from "node:stream";

/** How long a peer has to take our last words and to go by itself, in ms. */
export const GOODBYE = 1000;

/** What is still taken from a peer that has been told to go, in bytes: room for its own goodbye, and thrown away. */
const DISCARDED_MAX = 64 * 1024;

/**
 * Ends a connection whose last words have been written. Nothing that comes is looked at any more; beyond a little, nothing
 * is even read, so whoever goes on sending fills the network's buffers and not ours. Within a second the descriptor is
 * free, whatever the peer does.
 */
export function hangUp(stream: Duplex): void {
  let discarded = 0;
  stream.removeAllListeners("data");
  // The answer of a polite peer is read: who closes a connection with unread bytes resets it, and its last words may be lost.
  stream.on("data", ({ length }: Uint8Array) => {
    discarded += length;
    if (discarded > DISCARDED_MAX) stream.pause();
  });
  stream.resume();
  stream.end();
  const timer = setTimeout(() => stream.destroy(), GOODBYE);
  stream.once("close", () => clearTimeout(timer));
}
