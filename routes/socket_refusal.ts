import { ChatError } from "../db/errors.ts";
import type { App } from "./env.ts";
import { isOwnOrigin } from "./authenticate.ts";

/** Interval for logging the same mistake, in ms: a page retries every few seconds. */
const LOG_EVERY = 60_000;

/** Logged length of a header, in characters. */
const VALUE_MAX = 300;

type Mistake = "origin_mismatch" | "upgrade_missing";

const LOGGED: Record<Mistake, string> = {
  origin_mismatch: "Socket refused: origin not allowed",
  upgrade_missing: "Socket refused: Upgrade header missing",
};

/** Explains the proxy configuration when an upgrade arrives as an ordinary request. */
export const UPGRADE_MISSING =
  "This address is for WebSockets, and the request came without Upgrade: let the proxy pass on Upgrade and Connection, " +
  "and speak HTTP/1.1 (nginx: proxy_set_header Upgrade $http_upgrade)";

/** Origin and host of a request. */
export interface Asked {
  /** Of the requesting page. */
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Rejects cookies of foreign pages, which browsers send from any site. The usual cause is a proxy that rewrites Host,
 * or an address other than PUBLIC_URL, so the error names the setting.
 */
export function requireOwnOrigin(app: App, { origin, host }: Asked): void {
  if (!isOwnOrigin(app, origin, host)) throw new ChatError("origin_mismatch", complaint(app, { origin, host }));
}

function complaint({ publicUrl }: App, { origin, host }: Asked): string {
  const theirs = origin !== undefined && URL.canParse(origin) ? new URL(origin).origin : "null";
  if (theirs === "null") {
    return "Origin is not allowed: a socket with a cookie needs that of our own page; let the proxy pass on Origin, which " +
      "browsers send";
  }
  if (publicUrl) {
    return `Origin is not allowed: this page is at ${cut(theirs)}, but PUBLIC_URL is ${publicUrl.origin}; open that ` +
      "address, or set PUBLIC_URL to the one that users open";
  }
  return `Origin is not allowed: this page is at ${cut(theirs)}, but its request arrived for the host ` +
    `${
      JSON.stringify(cut(host ?? ""))
    }; set PUBLIC_URL to the address that users open, or let the proxy pass on Host ` +
    "(nginx: proxy_set_header Host $http_host)";
}

/** Logs refused sockets, once a minute per mistake. */
export class RefusalLog {
  readonly #app: App;
  readonly #last = new Map<Mistake, { at: number; unsaid: number }>();

  constructor(app: App) {
    this.#app = app;
  }

  add(mistake: Mistake, detail: string, { origin, host }: Asked): void {
    const { clock, log, publicUrl } = this.#app;
    const now = clock.now();
    const last = this.#last.get(mistake);
    if (last && Math.abs(now - last.at) < LOG_EVERY) return void (last.unsaid += 1);
    this.#last.set(mistake, { at: now, unsaid: 0 });
    log("warn", LOGGED[mistake], {
      detail,
      origin: cut(origin),
      host: cut(host),
      publicUrl: publicUrl?.origin,
      before: last?.unsaid || undefined,
    });
  }
}

function cut<Value extends string | undefined>(value: Value): Value {
  return value?.slice(0, VALUE_MAX) as Value;
}
