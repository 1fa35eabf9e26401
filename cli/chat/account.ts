import * as z from "zod";
import { brief } from "./clean.ts";
import { Failure } from "./failure.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A session. The username is unknown when only a token was given. */
export interface Session {
  readonly token: string;
  readonly username: string | undefined;
}

/** A server, as reached over HTTP. */
export interface Server {
  readonly origin: URL;
  readonly fetch: typeof fetch;
  readonly interrupted: AbortSignal;
}

const PATIENCE_MS = 15_000;

const loggedIn = z.object({ token: z.string().min(1), username: z.string() });
const refused = z.object({ detail: z.string() });

/** Logs in. Throws a {@linkcode Failure} with the reason. */
export async function logIn(server: Server, credentials: Credentials): Promise<Session> {
  const answer = loggedIn.safeParse(await post(server, "/login", credentials, "log in"));
  if (!answer.success) throw new Failure(`Cannot log in: ${server.origin.origin} is not a Chatterbox server`);
  return answer.data;
}

/** Registers a user. Throws a {@linkcode Failure} with the reason. */
export async function register(server: Server, credentials: Credentials): Promise<void> {
  await post(server, "/register", credentials, "register");
}

async function post(server: Server, path: string, body: Credentials, deed: string): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await server.fetch(new URL(path, server.origin), {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirect must not carry the password to an address that the user did not type.
      redirect: "manual",
      signal: AbortSignal.any([server.interrupted, AbortSignal.timeout(PATIENCE_MS)]),
    });
    answer = await response.json().catch(() => undefined);
  } catch (error) {
    if (server.interrupted.aborted) throw new Failure("", 130);
    throw new Failure(`Cannot reach ${server.origin.origin}: ${cause(error)}`);
  }
  if (response.ok) return answer;
  throw new Failure(`Cannot ${deed}: ${reason(response, answer)}`);
}

function reason(response: Response, answer: unknown): string {
  const said = refused.safeParse(answer);
  const detail = said.success ? brief(said.data.detail) : `the server answered ${response.status}`;
  const location = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && location !== null) {
    return `the server is at ${brief(location)}, use that address`;
  }
  const wait = Number(response.headers.get("retry-after"));
  return response.status === 429 && wait > 0 ? `${detail} (try again in ${Math.ceil(wait)} s)` : detail;
}

/** The innermost cause of an error, which is the one that a user can act on. */
function cause(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no response within ${PATIENCE_MS / 1000} s`;
  return brief(error.message.split(": ").at(-1) ?? error.message, 120);
}
