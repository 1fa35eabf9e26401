import { ChatError } from "../db/errors.ts";
import type { App } from "./env.ts";
import { isOwnOrigin } from "./authenticate.ts";

/** How often one kind of mistake is logged, in ms: a page tries again every few seconds. */
const LOG_EVERY = 60_000;

/** What is logged of a header, in characters. */
const VALUE_MAX = 300;

type Mistake = "origin_mismatch" | "upgrade_missing";

const LOGGED: Record<Mistake, string> = {
  origin_mismatch: "Socket refused: its page is at another address than ours",
  upgrade_missing: "Socket refused: the request came without Upgrade",
};

/** What the proxy in front has to be told when a request for a socket arrives as an ordinary one. */
export const UPGRADE_MISSING =
  "This address is for WebSockets, and the request came without Upgrade: let the proxy pass on Upgrade and Connection, " +
  "and speak HTTP/1.1 (nginx: proxy_set_header Upgrade $http_upgrade)";

/** What a request says about where it comes from and where it went. */
export interface Asked {
  /** Of the page that asks. */
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Refuses the cookie of a page that is not ours: browsers send it along from any site. Mostly this is no attack, but a
 * proxy that rewrites Host or an address that is not PUBLIC_URL, so the refusal says which setting to mend.
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
      "address, or set PUBLIC_URL to the one that people use";
  }
  return `Origin is not allowed: this page is at ${cut(theirs)}, but its request arrived for the host ` +
    `${
      JSON.stringify(cut(host ?? ""))
    }; set PUBLIC_URL to the address that people use, or let the proxy pass on Host ` +
    "(nginx: proxy_set_header Host $http_host)";
}

/** Says in the log what keeps sockets out, once a minute for each mistake, however many try. */
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
