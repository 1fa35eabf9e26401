import type { HttpBindings } from "@hono/node-server";
import type { Session, User } from "../db/model.ts";
import type { BrowserKeys } from "../db/auth/browser_keys.ts";
import type { Instance } from "../db/instance.ts";
import type { Log } from "../db/log.ts";
import type { Logins } from "../db/auth/logins.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "../ws/bus/bus.ts";
import type { Clock } from "../ws/clock.ts";
import type { Dispatch } from "../ws/commands/dispatch.ts";
import type { Hub } from "../ws/hub.ts";
import type { Assets } from "./assets.ts";
import type { Accept } from "./upgrade.ts";

/** What the routes stand on. */
export interface App {
  readonly version: string;
  readonly store: Store;
  readonly instance: Instance;
  readonly browserKeys: BrowserKeys;
  readonly logins: Logins;
  readonly bus: Bus;
  /** The one way to change something. */
  readonly dispatch: Dispatch;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly assets: Assets;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What reads `/metrics` from elsewhere than this machine. */
  readonly metricsToken: string | undefined;
  /** The address people use, when it was set; else the one a request came to is ours. */
  readonly publicUrl: URL | undefined;
  /** Names by which this machine is known beside that, in lower case. */
  readonly ownNames: () => readonly string[];
  /** Whether addresses and accounts are limited. */
  readonly limits: boolean;
  /** Whether `X-Forwarded-For` is the word of our own proxy. */
  readonly trustProxy: boolean;
}

/** Who asks, and with what: a token speaks JSON, a cookie belongs to a browser. */
export interface Viewer {
  readonly user: User;
  readonly session: Session;
  readonly by: "cookie" | "token";
  /** The name of the cookie. */
  readonly cookie?: string;
}

export interface Env {
  Bindings: {
    /** The request as `node:http` has it; absent when a test calls the app. */
    incoming?: HttpBindings["incoming"];
    outgoing?: HttpBindings["outgoing"];
    /** Whether it asks for a socket, by an upgrade that has reached us as one. */
    isUpgrade?: boolean;
    accept?: Accept;
  };
  Variables: {
    requestId: string;
    viewer: Viewer | undefined;
    /** Whether the body is known not to be too long. */
    isBodyBounded?: true;
  };
}
