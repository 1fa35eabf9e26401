import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { LinkEnd } from "./reconnect_policy.ts";

/** One WebSocket connection. */
export interface Link {
  /** Sends a frame; silently dropped when the connection is not open. */
  send(frame: string): void;
  /** Closes the connection, after 1 s without a close frame from the peer. */
  close(): void;
}

/** Handles the events of a connection. `onOpen` comes first and at most once, `onEnd` last and exactly once. */
export interface LinkListener {
  onOpen(): void;
  onFrame(frame: string): void;
  onEnd(end: LinkEnd): void;
}

/** Starts to connect. A failure is reported to the listener. */
export type Dial = (address: URL, token: string, listener: LinkListener) => Link;

/** A connection without a ping or frame for this long, in ms, is dead. The server pings every 9 s. */
const SILENCE_MS = 25_000;
const HANDSHAKE_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;
/** Limit on the memory that a server can make us use: far more than fifty messages of the maximum size. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/**
 * Connects with the `ws` library, which reports the server's pings: otherwise a dead connection looks like a quiet one.
 */
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
        const timeout = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
        socket.once("close", () => clearTimeout(timeout));
      },
    };
  };
}

/** The `detail` of a JSON response of a few KiB at most; otherwise empty. */
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
