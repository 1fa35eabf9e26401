import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { connect as dial, type Socket } from "node:net";
import type { Server } from "./client.ts";
import { eventually } from "./eventually.ts";

/** A TCP connection that does only what the test says: no pong, no close frame, no reading unless told. */
export class RawSocket implements AsyncDisposable {
  readonly socket: Socket;
  /** Received bytes that were not taken yet. */
  received: Buffer = Buffer.alloc(0);
  /** How many bytes were received. */
  bytes = 0;
  /** Whether `received` grows; otherwise bytes are only counted. */
  keeps = true;
  /** Ended or reset by the other side. */
  isGone = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (data) => {
      this.bytes += data.length;
      if (this.keeps) this.received = Buffer.concat([this.received, data as Buffer]);
    });
    socket.on("error", () => this.isGone = true);
    socket.on("end", () => this.isGone = true);
    socket.on("close", () => this.isGone = true);
  }

  write(data: string | Uint8Array): void {
    if (!this.isGone) this.socket.write(data);
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    return Promise.resolve();
  }
}

/** Connects and sends nothing. `allowHalfOpen`: it stays open after the other side has ended. */
export async function dialRaw(server: Server, options: { allowHalfOpen?: boolean } = {}): Promise<RawSocket> {
  const { hostname, port } = new URL(server.url);
  const socket = dial({ host: hostname, port: Number(port), ...options });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new RawSocket(socket);
}

/** The handshake request of a WebSocket. */
export function upgradeRequest(server: Server, headers: Record<string, string>, query = ""): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `GET /ws${query} HTTP/1.1\r\nHost: ${
    new URL(server.url).host
  }\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n${lines}\r\n`;
}

/** A WebSocket in the JSON encoding whose bytes the test writes itself. Its history has begun to arrive. */
export async function openRaw(
  server: Server,
  token: string,
  query = "",
  options: { allowHalfOpen?: boolean } = {},
): Promise<RawSocket> {
  const raw = await dialRaw(server, options);
  raw.write(upgradeRequest(server, { Authorization: `Bearer ${token}` }, query));
  await eventually(() => /^HTTP\/1\.1 101 [^]*\r\n\r\n[^]/.test(raw.text), 15_000, () => raw.text.slice(0, 200));
  return raw;
}

/**
 * Whether the program's runtime reports connections before their first request: Deno before 2.7.14 does not (it cannot
 * refuse an upgrade either, which is visible from outside).
 */
export async function seesConnections(server: Server): Promise<boolean> {
  await using raw = await dialRaw(server);
  raw.write(upgradeRequest(server, {}));
  await eventually(() => raw.text.startsWith("HTTP/1.1 "), 10_000);
  return !raw.text.startsWith("HTTP/1.1 101");
}

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A client's frame (RFC 6455, 5.2). `length` is the declared one, whatever follows. */
export function clientFrame(
  code: number,
  payload: string | Uint8Array = "",
  options: { final?: boolean; masked?: boolean; reserved?: number; length?: number } = {},
): Buffer {
  const { final = true, masked = true, reserved = 0 } = options;
  const body = Buffer.from(payload as string);
  const length = options.length ?? body.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | reserved << 4 | code;
  head[1] = masked ? 0x80 : 0;
  if (head.length === 2) head[1] |= length;
  else if (head.length === 4) {
    head[1] |= 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] |= 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, at) => byte ^ mask[at % 4]!)]);
}

/** The code in the last received close frame, if any: a server's are short and not masked. */
export function closeCodeIn(received: Buffer): number | undefined {
  for (let at = received.length - 4; at >= 0; at--) {
    if (
      received[at] === 0x88 && received[at + 1]! >= 2 && received[at + 1]! < 126 &&
      at + 2 + received[at + 1]! === received.length
    ) {
      return received.readUInt16BE(at + 2);
    }
  }
  return undefined;
}
