import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { closeCode } from "../../ws/transport/close_code.ts";
import { brief } from "../chat/clean.ts";
import { ask } from "./ask.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** How long everything may take, in ms. */
const PATIENCE = 10_000;

/** How a request for a socket was answered. */
export type Answer =
  | { readonly kind: "closed"; readonly code: number }
  | {
    readonly kind: "refused";
    readonly status: number;
    readonly location?: string | undefined;
    /** Whether whoever refused it has read it as a request for a socket. */
    readonly wasSocket: boolean;
    /** Whether Chatterbox refused it. */
    readonly isOurs: boolean;
  }
  | { readonly kind: "unreachable"; readonly detail: string };

/**
 * Whether sockets reach the server by the address that people use. Tried by asking for one without credentials: a
 * Chatterbox that is asked says 401, or on a Deno that cannot, closes the socket with 4401.
 */
export async function lookAtSocket(origin: string): Promise<Finding> {
  // Asked first, since on older runtimes only fetch() says what is wrong with a certificate.
  const alive = await ask(`${origin}/healthz`);
  return judge(origin, typeof alive === "string" ? { kind: "unreachable", detail: alive } : await askForSocket(origin));
}

function askForSocket(origin: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/ws`, { origin, perMessageDeflate: false });
    let detail = "";
    const timer = setTimeout(() => {
      detail = `no answer within ${PATIENCE / 1000} s`;
      socket.terminate();
    }, PATIENCE);
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      resolve(refusal(response));
      response.resume();
      socket.terminate();
    });
    socket.on("error", (error: Error) => detail ||= error.message);
    socket.on("close", (code: number, _reason: Buffer) => {
      clearTimeout(timer);
      // After a refusal this comes too late to matter.
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

/** What an answer means, and what to do. */
export function judge(origin: string, answer: Answer): Finding {
  const bad = (text: string, advice: string) =>
    warning("socket", brief(`${origin}/ws ${text}`, 400), `${advice}; see README.md#behind-a-proxy`);
  if (answer.kind === "unreachable") {
    const detail = brief(answer.detail);
    if (/certificate|tls|ssl|InvalidContentType/i.test(detail)) {
      return bad(
        `cannot be reached safely (${detail})`,
        "mend the proxy's certificate, or PUBLIC_URL (an authority of your own is trusted by your browsers, not by this " +
          "program)",
      );
    }
    return bad(`cannot be reached from here (${detail})`, "check PUBLIC_URL, its name in the DNS, and the proxy");
  }
  if (answer.kind === "closed") {
    if (answer.code === closeCode.loggedOut) return ok("socket", `${origin}/ws lets sockets through`);
    return bad(`opened a socket and closed it with ${answer.code}`, "check what stands between");
  }
  const { status, location, wasSocket, isOurs } = answer;
  if (isOurs && wasSocket) return ok("socket", `${origin}/ws lets sockets through`);
  if (isOurs || status === 426) {
    return bad(
      "reaches Chatterbox, but not as a socket",
      "let the proxy pass on the headers Upgrade and Connection, and speak HTTP/1.1 to Chatterbox",
    );
  }
  if (status === 421) {
    return bad(
      "reaches Chatterbox by a name that it does not know",
      "let the proxy pass on Host, and give the server PUBLIC_URL, the address that people use",
    );
  }
  if (status >= 300 && status < 400) {
    return bad(`leads to ${location ?? "another address"}`, "set PUBLIC_URL to the address that people end up at");
  }
  if (status === 401) return bad("asks for credentials of its own", "let the proxy pass /ws on without");
  if (status >= 502 && status <= 504) {
    return bad(`is answered by a proxy that does not reach Chatterbox (${status})`, "start it, or mend the proxy");
  }
  return bad(`is answered by something else (${status})`, "let the proxy pass everything on to Chatterbox, /ws too");
}
