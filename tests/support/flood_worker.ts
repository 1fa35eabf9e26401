/// <reference lib="deno.worker" />
import { Buffer } from "node:buffer";
import { connect } from "node:net";

export interface Flood {
  readonly port: number;
  /** The handshake request. */
  readonly request: string;
  /** The payload sent repeatedly. */
  readonly data: Uint8Array;
  /** The pause before it reconnects, in ms. */
  readonly pause: number;
}

/** Floods a server for as long as it lives; in a thread of its own, so that it does not slow the measuring one. */
self.onmessage = ({ data: flood }: MessageEvent<Flood>) => again(flood);

function again(flood: Flood): void {
  const data = Buffer.from(flood.data);
  const socket = connect(flood.port, "127.0.0.1");
  let isIn = false;
  const pour = () => {
    while (isIn && !socket.destroyed && socket.writableLength < 1_000_000) socket.write(data);
  };
  socket.on("connect", () => socket.write(flood.request));
  socket.on("data", (chunk) => {
    if (isIn || !String(chunk).startsWith("HTTP/1.1 101")) return;
    isIn = true;
    self.postMessage("in");
    pour();
  });
  socket.on("drain", pour);
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.destroy());
  socket.on("close", () => setTimeout(() => again(flood), flood.pause));
}
