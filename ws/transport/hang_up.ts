import type { Duplex } from "node:stream";

/** How long a peer has to read the last bytes and to close its end, in ms. */
export const CLOSE_TIMEOUT = 1000;

/** Bytes still read, and discarded, from a peer that is being disconnected: enough for its close frame. */
const DISCARDED_MAX = 64 * 1024;

/**
 * Closes a stream whose last bytes have been written. Input is discarded, and after a small amount no longer read, so a
 * peer that keeps sending fills the network's buffers and not ours. The descriptor is free within {@link
 * CLOSE_TIMEOUT}, whatever the peer does.
 */
export function hangUp(stream: Duplex): void {
  let discarded = 0;
  stream.removeAllListeners("data");
  // Closing a socket with unread bytes resets it, and the peer may lose what was sent last.
  stream.on("data", ({ length }: Uint8Array) => {
    discarded += length;
    if (discarded > DISCARDED_MAX) stream.pause();
  });
  stream.resume();
  stream.end();
  const timer = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT);
  stream.once("close", () => clearTimeout(timer));
}
