import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { LinkEnd } from "./reconnect_policy.ts";

/** One connection. */
export interface Link {
  /** Sends a frame; lost without a word when the connection is not up (any more). */
  send(frame: string): void;
  /** Ends it politely, and within 1 s if the other side does not listen. */
  close(): void;
}

/** Who listens to a connection. `onOpen` comes at most once and first, `onEnd` exactly once and last. */
export interface LinkListener {
  onOpen(): void;
  onFrame(frame: string): void;
  onEnd(end: LinkEnd): void;
}

/** Opens a connection; it may turn out later that it does not come up. */
export type Dial = (address: URL, token: string, listener: LinkListener) => Link;

/** The server pings every 9 s. After this long without a ping or a frame, in ms, nobody is there. */
const SILENCE_MS = 25_000;
const HANDSHAKE_MS = 10_000;
const GOODBYE_MS = 1_000;
/** Far more than fifty messages of the largest size: what a server may make us keep in memory at once. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** Dials over the `ws` library, which shows the server's pings: a dead line looks exactly like a quiet one otherwise. */
export function dialer({ silenceMs = SILENCE_MS }: { silenceMs?: number } = {}): Dial {
  return (address, token, listener) => {
    const socket = new WebSocket(address, {
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
    });
    let opened = false;
    let detail = "";
    let refusal: LinkEnd | undefined;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.terminate(), silenceMs);
    };
    socket.on("open", () => {
      opened = true;
      heard();
      listener.onOpen();
    });
    socket.on("ping", heard);
    socket.on("message", (data: Buffer) => {
      heard();
      listener.onFrame(data.toString());
    });
    socket.on("unexpected-response", async (_request: unknown, response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      refusal = { kind: "refused", status, detail: await refusalDetail(response) };
      socket.terminate();
    });
    socket.on("error", (error: Error) => detail = error.message);
    socket.on("close", (code: number, reason: Buffer) => {
      clearTimeout(watchdog);
      if (opened) listener.onEnd({ kind: "closed", code, reason: reason.toString() });
      else listener.onEnd(refusal ?? { kind: "unreachable", detail });
    });
    return {
      send(frame) {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame);
      },
      close() {
        socket.close(1000);
        const goodbye = setTimeout(() => socket.terminate(), GOODBYE_MS);
        socket.once("close", () => clearTimeout(goodbye));
      },
    };
  };
}

/** The `detail` of a JSON answer of a few KiB at most; otherwise empty. */
async function refusalDetail(response: IncomingMessage): Promise<string> {
  let body = "";
  try {
    for await (const chunk of response) {
      body += chunk;
      if (body.length > 4_096) return "";
    }
    const answer: unknown = JSON.parse(body);
    return typeof answer === "object" && answer !== null && "detail" in answer ? String(answer.detail) : "";
  } catch {
    return "";
  }
}
