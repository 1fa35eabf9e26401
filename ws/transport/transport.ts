import { Buffer } from "node:buffer";
import type { Duplex, Writable } from "node:stream";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { hangUp } from "./hang_up.ts";

/** A text frame, encoded once for as many sockets as there are. */
export type Frame = Buffer;

/** The length of a frame with nothing in it, in bytes. */
export const EMPTY_FRAME = 2;

/** One connection's two ends, as everything above sees them. */
export interface Transport {
  send(frame: Frame): void;
  ping(): void;
  /** Resolves when what was sent so far has been handed to the system, or never will be. */
  written(): Promise<void>;
  /** Bytes that the peer has not taken yet. */
  readonly buffered: number;
  /** Says goodbye and reads nothing more; a second later the connection is gone, whatever the peer does. */
  close(code: number, reason: string): void;
  /** Ends it now, whatever the peer does. */
  terminate(): void;
}

export interface TransportEvents {
  /** `null` for a frame that is not text; `bytes` is what it brought. */
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
 * What is parsed at one go, in bytes. A read may bring ten thousand empty frames; when one of them is the last we bear,
 * no more than this is parsed behind it.
 */
const PARSED_AT_ONCE = 4096;

const NOTHING = Buffer.alloc(0);

/** A ping without a text (RFC 6455, 5.5.2), the same for everybody. */
const PING = Buffer.from([0x89, 0]);

/**
 * A `Transport` over a socket of the `ws` library. Frames are written to the stream below it, ready made: `ws` itself does no
 * more for an uncompressed message, except to encode it anew for each socket.
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
    // `ws` parses what is left over when the stream closes.
    stream.prependListener("close", () => stream.read());
  };
  // Instead of the listener of `ws`, which reads on after the end.
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
  // Without a listener an error of one socket would end the process. `ws` has said goodbye by itself.
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
