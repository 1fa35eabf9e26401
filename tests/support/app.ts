import { logger } from "../../cli/terminal/logger.ts";
import { createApp } from "../../routes/app.tsx";
import { loadAssets } from "../../routes/assets.ts";
import type { PeopleEvent } from "../../ws/bus/topics.ts";
import { PASSWORD } from "./client.ts";
import { ManualClock } from "./manual_clock.ts";
import { tempStore } from "./temp_store.ts";
import { testServices } from "./services.ts";

const assets = loadAssets();

export interface AppOptions {
  publicUrl?: string;
  registration?: "open" | "closed";
  limits?: boolean;
  trustProxy?: boolean;
  metricsToken?: string;
  /** Names of the machine. */
  ownNames?: readonly string[];
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  token?: string;
  cookie?: string;
  /** Sent as a JSON body. */
  json?: unknown;
  /** Sent as a browser sends a form, from a page of the cookie's user unless `viewer` names another. */
  form?: Record<string, string>;
  /** Sends the headers of a browser. */
  page?: boolean;
}

/** The app over a real store in a folder of its own; `ask` sends it a request. */
export async function openApp(options: AppOptions = {}) {
  const temp = await tempStore();
  const lines: string[] = [];
  const clock = new ManualClock(Date.now());
  const log = logger({ format: "json", level: "debug", write: (line) => lines.push(line), now: () => clock.now() });
  const services = await testServices(temp.store, {
    clock,
    log,
    limits: options.limits,
    fixed: {
      sessionDays: 1 / 24,
      ...(options.registration === undefined ? {} : { registration: options.registration }),
    },
  });
  const { bus, logins, hub, dispatch, passwords } = services;
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const app = createApp({
    ...services,
    version: "1.2.3",
    assets,
    metricsToken: options.metricsToken,
    publicUrl,
    ownNames: () => options.ownNames ?? [],
    trustProxy: options.trustProxy ?? false,
  });
  const origin = publicUrl?.origin ?? "http://localhost";
  const ended: PeopleEvent[] = [];
  bus.subscribe("people", (event) => ended.push(event));

  /** The field by which a form names its viewer. */
  async function viewerOf(cookie: string): Promise<Record<string, string>> {
    for (const pair of cookie.split("; ")) {
      const found = await logins.authenticate(pair.slice(pair.indexOf("=") + 1));
      if (found) return { viewer: String(found.user.id) };
    }
    return {};
  }

  async function ask(path: string, { method, headers, token, cookie, json, form, page }: Ask = {}): Promise<Response> {
    const browser = page ?? form !== undefined;
    if (form && cookie !== undefined) form = { ...await viewerOf(cookie), ...form };
    return await app.request(path, {
      method: method ?? (json === undefined && form === undefined ? "GET" : "POST"),
      headers: {
        Host: new URL(origin).host,
        Accept: browser ? "text/html,application/xhtml+xml,*/*;q=0.8" : "application/json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { Cookie: cookie }),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(form === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded", Origin: origin }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
  }

  return {
    ...temp,
    hub,
    dispatch,
    logins,
    bus,
    clock,
    assets,
    ask,
    /** Every route of the app, and every middleware. */
    routes: app.routes,
    request: (path: string, init: RequestInit) => app.request(path, init),
    /** The status of a request from an address. */
    async statusFrom(remoteAddress: string, url: string, headers: Record<string, string> = {}): Promise<number> {
      return (await app.request(url, { headers }, { incoming: { socket: { remoteAddress } } })).status;
    },
    /** The log lines. */
    lines,
    /** Published changes of sessions and users. */
    ended,
    async register(username: string, email?: string): Promise<void> {
      const response = await ask("/register", { json: { username, password: PASSWORD, email } });
      if (response.status !== 200) throw new Error(`Cannot register "${username}": ${await response.text()}`);
    },
    /** Registers and logs in; resolves to the token. */
    async tokenOf(username: string, email?: string): Promise<string> {
      await this.register(username, email);
      return (await (await ask("/login", { json: { username, password: PASSWORD } })).json()).token;
    },
    /** Registers as a browser does; resolves to the cookie. */
    async cookieOf(username: string): Promise<string> {
      const response = await ask("/register", { form: { username, password: PASSWORD } });
      return response.headers.get("Set-Cookie")!.split(";")[0]!;
    },
    async [Symbol.asyncDispose]() {
      passwords.close();
      await temp[Symbol.asyncDispose]();
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof openApp>>;
