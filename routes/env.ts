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

/** Dependencies of the routes. */
export interface App {
  readonly version: string;
  readonly store: Store;
  readonly instance: Instance;
  readonly browserKeys: BrowserKeys;
  readonly logins: Logins;
  readonly bus: Bus;
  /** The only way to change something. */
  readonly dispatch: Dispatch;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly assets: Assets;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Grants access to `/metrics` from other machines. */
  readonly metricsToken: string | undefined;
  /** The public URL; without it, the host of the request counts. */
  readonly publicUrl: URL | undefined;
  /** Other names of this machine, in lower case. */
  readonly ownNames: () => readonly string[];
  /** Whether rate limits apply. */
  readonly limits: boolean;
  /** Whether `X-Forwarded-For` is set by our own proxy. */
  readonly trustProxy: boolean;
}

/** The authenticated user: programs by token, browsers by cookie. */
export interface Viewer {
  readonly user: User;
  readonly session: Session;
  readonly by: "cookie" | "token";
  /** The cookie's name. */
  readonly cookie?: string;
}

export interface Env {
  Bindings: {
    /** The `node:http` request; absent when a test calls the app. */
    incoming?: HttpBindings["incoming"];
    outgoing?: HttpBindings["outgoing"];
    /** Whether it is a WebSocket upgrade request. */
    isUpgrade?: boolean;
    accept?: Accept;
  };
  Variables: {
    requestId: string;
    viewer: Viewer | undefined;
    /** Whether the body's size was checked. */
    isBodyBounded?: true;
  };
}
