// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { eventually } from "./eventually.ts";

/** What a client needs of a running program. */
export interface Server {
  readonly url: string;
}

export const PASSWORD = "correct horse";

/** A JSON request; resolves to status, headers and body. */
export async function api(
  server: Server,
  path: string,
  options: { token?: string; body?: unknown; method?: string } = {},
) {
  const response = await fetch(server.url + path, {
    method: options.method ?? (options.body === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers: {
      Accept: "application/json",
      ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  // deno-lint-ignore no-explicit-any -- whatever the server says; the test says what it must be
  const body: any = response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

/** Registers (unless known) and logs in; resolves to a token. */
export async function tokenOf(server: Server, username: string): Promise<string> {
  await api(server, "/register", { body: { username, password: PASSWORD } });
  const { body } = await api(server, "/login", { body: { username, password: PASSWORD } });
  return body.token;
}

/** Logs in as a browser does; resolves to the cookie. */
export async function cookieOf(server: Server, username: string): Promise<string> {
  await api(server, "/register", { body: { username, password: PASSWORD } });
  const response = await fetch(`${server.url}/login`, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", Origin: server.url },
    body: new URLSearchParams({ username, password: PASSWORD }),
  });
  await response.body?.cancel();
  return response.headers.get("Set-Cookie")!.split(";")[0]!;
}

// deno-lint-ignore no-explicit-any -- an event as it came
export type Received = any;

/** The HTTP status of a refusal that arrives as a close code. */
const STATUS_OF_CODE: Record<number, number> = { 4401: 401, 4403: 403, 1008: 422, 1013: 429 };

export interface ConnectOptions {
  token?: string;
  cookie?: string;
  room?: string;
  after?: number;
  origin?: string;
  headers?: Record<string, string>;
  /** More query parameters. */
  query?: Record<string, string>;
}

/** Opens a socket; throws with the status when it is refused. */
export async function connect(server: Server, options: ConnectOptions): Promise<Client> {
  const url = new URL("/ws", server.url.replace(/^http/, "ws"));
  if (options.room !== undefined) url.searchParams.set("room", options.room);
  if (options.after !== undefined) url.searchParams.set("after", String(options.after));
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
  const headers: Record<string, string> = { ...options.headers };
  if (options.token !== undefined) headers.Authorization = `Bearer ${options.token}`;
  if (options.cookie !== undefined) {
    headers.Cookie = options.cookie;
    headers.Origin = options.origin ?? server.url;
  }
  const socket = new WebSocket(url, { headers });
  const client = new Client(socket, options.cookie);
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => {
      reject(new Error("Neither let in nor refused within 10 s"));
      socket.terminate();
    }, 10_000);
    // An accepted client receives at least the users online.
    socket.once("message", () => {
      clearTimeout(deadline);
      resolve();
    });
    // Where a runtime cannot refuse an upgrade, the close code says so.
    socket.once("close", (code: number) => {
      clearTimeout(deadline);
      reject(new Refused(STATUS_OF_CODE[code] ?? code));
    });
    socket.once("unexpected-response", (_request, response) => {
      clearTimeout(deadline);
      response.resume();
      reject(new Refused(response.statusCode ?? 0));
    });
    socket.once("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
  });
  socket.on("error", () => {});
  return client;
}

/** Registers, logs in and joins the room with the JSON encoding; the history has arrived. */
export async function join(server: Server, username: string, options: ConnectOptions = {}): Promise<Client> {
  const client = await connect(server, { ...options, token: await tokenOf(server, username) });
  await client.next("history");
  return client;
}

/** Registers, logs in as a browser and joins the room with the HTML encoding; the history has arrived. */
export async function joinAsBrowser(server: Server, username: string, options: ConnectOptions = {}): Promise<Client> {
  const client = await connect(server, { ...options, cookie: await cookieOf(server, username) });
  await client.frame('id="people"');
  return client;
}

export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`Refused with ${status}`);
    this.status = status;
  }
}

/** One end of a socket: everything it has received, in order. */
export class Client {
  readonly socket: WebSocket;
  /** The cookie it connected with. */
  readonly cookie: string | undefined;
  /** Frames as text. */
  readonly frames: string[] = [];
  /** JSON events; empty for the HTML encoding. */
  readonly events: Received[] = [];
  /** The close code. */
  readonly closed: Promise<number>;
  #read = 0;

  constructor(socket: WebSocket, cookie?: string) {
    this.socket = socket;
    this.cookie = cookie;
    socket.on("message", (data: { toString(): string }) => {
      const text = data.toString();
      this.frames.push(text);
      if (text.startsWith("{")) { for (const line of text.split("\n")) this.events.push(JSON.parse(line)); }
    });
    this.closed = new Promise((resolve) => socket.once("close", (code: number) => resolve(code)));
  }

  send(command: unknown): void {
    this.socket.send(typeof command === "string" ? command : JSON.stringify(command));
  }

  /** The next event of a matching type, after those already taken by `next`. */
  async next(type: string, fits: (event: Received) => boolean = () => true, ms = 5000): Promise<Received> {
    return await eventually(
      () => {
        for (let at = this.#read; at < this.events.length; at++) {
          const event = this.events[at];
          if (event.type !== type || !fits(event)) continue;
          this.#read = at + 1;
          return event;
        }
        return undefined;
      },
      ms,
      () => `${type} among ${JSON.stringify(this.events.slice(this.#read)).slice(-2000)}`,
    );
  }

  /** All events of a type so far. */
  all(type: string): Received[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Waits for a frame that contains `text` (or matches), and returns it. */
  async frame(fits: string | RegExp, ms = 5000): Promise<string> {
    const found = (text: string) => typeof fits === "string" ? text.includes(fits) : fits.test(text);
    return await eventually(
      () => this.frames.find(found),
      ms,
      () => `${fits} among ${this.frames.join("\n").slice(-2000)}`,
    );
  }

  /** Sends a message and waits until it is stored; resolves to its id. */
  async say(content: string, nonce: string = crypto.randomUUID()): Promise<number> {
    this.send({ type: "send", content, nonce });
    return (await eventually(
      () => this.events.find((event) => event.type === "ack" && event.nonce === nonce),
      5000,
      () => `ack of ${content}`,
    )).id;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
