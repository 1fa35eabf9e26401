import { Buffer } from "node:buffer";
import type { Duplex, Writable } from "node:stream";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { hangUp } from "./hang_up.ts";

/** An encoded text frame, shared by all sockets that it is sent to. */
export type Frame = Buffer;

/** The length of a frame without a payload, in bytes. */
export const EMPTY_FRAME = 2;

/** One WebSocket, as the rest of the server sees it. */
export interface Transport {
  send(frame: Frame): void;
  ping(): void;
  /** Resolves when everything sent so far has been handed to the operating system or has been lost. */
  written(): Promise<void>;
  /** Bytes that have not been written yet. */
  readonly buffered: number;
  /** Sends a close frame and stops reading. A second later the socket is closed, whatever the peer does. */
  close(code: number, reason: string): void;
  /** Closes the socket now. */
  terminate(): void;
}

export interface TransportEvents {
  /** `text` is `null` for a binary frame; `bytes` is the payload's length. */
  onText(text: string | null, bytes: number): void;
  onPing(): void;
  onPong(): void;
  /** Called exactly once. */
  onClose(): void;
}

/** Encodes a text frame as a server sends it (RFC 6455, 5.2): final, not masked, not compressed. */
export function frame(text: string): Frame {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const data = Buffer.allocUnsafe(header + length);
  data[0] = 0x81;
  if (header === 2) data[1] = length;
  else if (header === 4) {
    data[1] = 126;
    data.writeUInt16BE(length, 2);
  } else {
    data[1] = 127;
    data.writeBigUInt64BE(BigInt(length), 2);
  }
  data.write(text, header);
  return data;
}

/**
 * Bytes parsed in one step. One read may bring ten thousand empty frames; when one of them exhausts the abuse budget,
 * no more than this is parsed after it.
 */
const PARSED_AT_ONCE = 4096;

const NOTHING = Buffer.alloc(0);

/** A ping without a payload (RFC 6455, 5.5.2). */
const PING = Buffer.from([0x89, 0]);

/**
 * A `Transport` over a socket of the `ws` library. Encoded frames are written directly to the underlying stream: `ws`
 * would do the same for an uncompressed message, except that it encodes it again for each socket.
 */
export function transportOf(socket: WebSocket, events: TransportEvents): Transport {
  const { _socket: stream, _receiver: receiver } = socket as unknown as { _socket: Duplex; _receiver: Writable };
  let closed = false;
  let leaving = false;
  const onClose = () => {
    if (closed) return;
    closed = true;
    events.onClose();
  };
  const leave = () => {
    if (leaving) return;
    leaving = true;
    hangUp(stream);
    // When the stream closes, `ws` parses what is left in its buffer.
    stream.prependListener("close", () => stream.read());
  };
  // Replaces the listener of `ws`, which keeps parsing after the connection has been closed.
  const [theirs] = stream.listeners("data") as (() => void)[];
  stream.on("data", (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length && socket.readyState === socket.OPEN; at += PARSED_AT_ONCE) {
      if (receiver.errored) return;
      const part = chunk.length <= PARSED_AT_ONCE ? chunk : chunk.subarray(at, at + PARSED_AT_ONCE);
      if (!receiver.write(part)) stream.pause();
    }
    if (socket.readyState !== socket.OPEN) leave();
  });
  stream.off("data", theirs!);
  stream.on("end", leave);
  socket.on("message", (data, isBinary) => {
    if (leaving) return;
    events.onText(isBinary ? null : data.toString(), (data as Buffer).length);
  });
  socket.on("ping", () => {
    if (!leaving) events.onPing();
  });
  socket.on("pong", () => {
    if (!leaving) events.onPong();
  });
  socket.on("close", onClose);
  // An `error` event without a listener would end the process. `ws` has already sent a close frame.
  socket.on("error", leave);
  return {
    send(data) {
      if (socket.readyState === socket.OPEN) stream.write(data);
    },
    ping() {
      if (socket.readyState === socket.OPEN) stream.write(PING);
    },
    written() {
      return new Promise((resolve) => stream.write(NOTHING, () => resolve()));
    },
    get buffered() {
      return stream.writableLength;
    },
    close(code, reason) {
      socket.close(code, reason);
      leave();
    },
    terminate() {
      socket.terminate();
    },
  };
}
