import { brief } from "./clean.ts";

/** How a connection ended. */
export type LinkEnd =
  /** It was open. `code` is the WebSocket close code; 1006 when there was none. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** The server refused the upgrade. `detail` is its explanation, or empty. */
  | { readonly kind: "refused"; readonly status: number; readonly detail: string }
  | { readonly kind: "unreachable"; readonly detail: string };

/** Whether to reconnect, and one sentence to show. */
export interface ReconnectDecision {
  readonly again: boolean;
  readonly because: string;
}

const CLOSE_CODES: Readonly<Record<number, ReconnectDecision>> = {
  1001: { again: true, because: "The server is shutting down" },
  1005: { again: true, because: "The connection was closed" },
  1006: { again: true, because: "The connection was lost" },
  1008: { again: false, because: "The server refused the input" },
  1009: { again: false, because: "A message was too large" },
  1011: { again: true, because: "The server failed" },
  1012: { again: true, because: "The server is restarting" },
  1013: { again: true, because: "The server is busy" },
  1014: { again: true, because: "The gateway cannot reach the server" },
  4401: { again: false, because: "Logged out: log in again" },
  4403: { again: false, because: "Blocked or removed" },
};

const REFUSALS: Readonly<Record<number, string>> = {
  401: "Not logged in: log in again",
  403: "Blocked, or not allowed in this room",
};

/** Decides whether to reconnect. A failed first connection is final: the user is waiting for the result. */
export function reconnectDecision(end: LinkEnd, first: boolean): ReconnectDecision {
  switch (end.kind) {
    case "closed": {
      const known = CLOSE_CODES[end.code] ??
        { again: false, because: `The connection was closed with code ${end.code}` };
      return { again: known.again, because: withDetail(known.because, end.reason) };
    }
    case "refused": {
      const passing = end.status === 429 || end.status >= 500;
      const because = REFUSALS[end.status] ?? `The server refused with status ${end.status}`;
      return { again: passing && !first, because: withDetail(because, end.detail) };
    }
    case "unreachable":
      return { again: !first, because: withDetail("Cannot reach the server", end.detail) };
  }
}

function withDetail(sentence: string, detail: string): string {
  const said = brief(detail);
  return said === "" ? sentence : `${sentence} (${said})`;
}
