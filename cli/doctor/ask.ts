import { brief } from "../chat/clean.ts";
import { reason } from "../terminal/reason.ts";

/** Timeout of a request, in ms. */
const PATIENCE = 5000;

/** A response; `body` is empty unless it is a JSON object. */
export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a GET request without following redirects. Resolves to the response, or to the reason that there is none. */
export async function ask(url: string): Promise<Answered | string> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    const body: unknown = await response.json().catch(() => undefined);
    const fields = typeof body === "object" && body !== null ? body as Record<string, unknown> : {};
    return { status: response.status, body: fields };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return `no response within ${PATIENCE / 1000} s`;
    }
    const said = reason(firstCause(error));
    return brief(/client error \([^)]*\): (.+)$/.exec(said)?.[1] ?? said);
  }
}

/** The cause of "fetch failed". */
function firstCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? firstCause(error.cause) : error;
}
