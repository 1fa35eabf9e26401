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

/** What the routes need of the application. */
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
  /** Lets other machines read `/metrics`. */
  readonly metricsToken: string | undefined;
  /** The address that users open; when it is not set, the one that a request was sent to. */
  readonly publicUrl: URL | undefined;
  /** Other names of this machine, in lower case. */
  readonly ownNames: () => readonly string[];
  /** Whether addresses and accounts are limited. */
  readonly limits: boolean;
  /** Whether `X-Forwarded-For` is set by our own proxy. */
  readonly trustProxy: boolean;
}

/** The user who asks, and how they are authenticated: programs by token, browsers by cookie. */
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
    /** Whether the body's length has been checked. */
    isBodyBounded?: true;
  };
}
