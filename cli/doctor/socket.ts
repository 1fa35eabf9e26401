import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { closeCode } from "../../ws/transport/close_code.ts";
import { brief } from "../chat/clean.ts";
import { ask } from "./ask.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Timeout of the whole check, in ms. */
const TIMEOUT = 10_000;

/** The response to an upgrade request. */
export type Answer =
  | { readonly kind: "closed"; readonly code: number }
  | {
    readonly kind: "refused";
    readonly status: number;
    readonly location?: string | undefined;
    /** Whether the response shows that the upgrade request arrived as one. */
    readonly wasSocket: boolean;
    /** Whether the response is Chatterbox's. */
    readonly isOurs: boolean;
  }
  | { readonly kind: "unreachable"; readonly detail: string };

/**
 * Checks that WebSockets reach the server at the address that users open. It requests one without credentials, which
 * Chatterbox refuses with 401, or, where Deno cannot, by closing the socket with 4401.
 */
export async function checkSocket(origin: string): Promise<Finding> {
  // Requested first: on older runtimes only fetch() explains a problem with a certificate.
  const alive = await ask(`${origin}/healthz`);
  return diagnose(
    origin,
    typeof alive === "string" ? { kind: "unreachable", detail: alive } : await askForSocket(origin),
  );
}

function askForSocket(origin: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/ws`, { origin, perMessageDeflate: false });
    let detail = "";
    const timer = setTimeout(() => {
      detail = `no response within ${TIMEOUT / 1000} s`;
      socket.terminate();
    }, TIMEOUT);
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      resolve(refusal(response));
      response.resume();
      socket.terminate();
    });
    socket.on("error", (error: Error) => detail ||= error.message);
    socket.on("close", (code: number, _reason: Buffer) => {
      clearTimeout(timer);
      // After a refusal the promise is already resolved.
      resolve(detail === "" ? { kind: "closed", code } : { kind: "unreachable", detail });
    });
  });
}

function refusal({ statusCode, headers }: IncomingMessage): Answer {
  return {
    kind: "refused",
    status: statusCode ?? 0,
    location: headers.location,
    wasSocket: headers["sec-websocket-version"] !== undefined,
    isOurs: statusCode === 401 && headers["www-authenticate"] === "Bearer",
  };
}

/** Explains a response, and what to do. */
export function diagnose(origin: string, answer: Answer): Finding {
  const bad = (text: string, advice: string) =>
    warning("socket", brief(`${origin}/ws ${text}`, 400), `${advice}; see README.md#behind-a-proxy`);
  if (answer.kind === "unreachable") {
    const detail = brief(answer.detail);
    if (/certificate|tls|ssl|InvalidContentType/i.test(detail)) {
      return bad(
        `cannot be reached securely (${detail})`,
        "fix the proxy's certificate, or PUBLIC_URL (a private certificate authority may be trusted by your browsers but " +
          "not by this program)",
      );
    }
    return bad(`cannot be reached from here (${detail})`, "check PUBLIC_URL, its DNS name, and the proxy");
  }
  if (answer.kind === "closed") {
    if (answer.code === closeCode.loggedOut) return ok("socket", `${origin}/ws accepts sockets`);
    return bad(`opened a socket and closed it with ${answer.code}`, "check the proxies in between");
  }
  const { status, location, wasSocket, isOurs } = answer;
  if (isOurs && wasSocket) return ok("socket", `${origin}/ws accepts sockets`);
  if (isOurs || status === 426) {
    return bad(
      "reaches Chatterbox, but not as a socket",
      "make the proxy pass the headers Upgrade and Connection, and use HTTP/1.1 to Chatterbox",
    );
  }
  if (status === 421) {
    return bad(
      "reaches Chatterbox under an unknown host name",
      "make the proxy pass Host, and set PUBLIC_URL to the address that users open",
    );
  }
  if (status >= 300 && status < 400) {
    return bad(`redirects to ${location ?? "another address"}`, "set PUBLIC_URL to the address after all redirects");
  }
  if (status === 401) return bad("asks for credentials of its own", "make the proxy pass /ws without them");
  if (status >= 502 && status <= 504) {
    return bad(`is answered by a proxy that does not reach Chatterbox (${status})`, "start it, or fix the proxy");
  }
  return bad(
    `is answered by another program (${status})`,
    "make the proxy pass everything to Chatterbox, including /ws",
  );
}
