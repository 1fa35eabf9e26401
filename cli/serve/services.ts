import { BrowserKeys } from "../../db/auth/browser_keys.ts";
import { LoginLimits } from "../../db/auth/login_limits.ts";
import { Logins } from "../../db/auth/logins.ts";
import { Passwords } from "../../db/auth/password.ts";
import { tokens } from "../../db/auth/tokens.ts";
import { Hub } from "../../ws/hub.ts";
import { type Core, type CoreOptions, createCore } from "./core.ts";

export interface ServiceOptions extends CoreOptions {
  readonly settings: CoreOptions["settings"] & {
    readonly bcryptCost: number;
    /** Signs sessions. */
    readonly signingKey: Uint8Array;
  };
}

export interface Services extends Core {
  readonly passwords: Passwords;
  readonly logins: Logins;
  readonly browserKeys: BrowserKeys;
  readonly hub: Hub;
}

/**
 * Creates the application without its listeners, for the server and for tests. Nothing runs yet: a caller that accepts
 * sockets calls `hub.start()`. The caller closes the store it has opened, after `passwords.close()`.
 */
export async function createServices(options: ServiceOptions): Promise<Services> {
  const { settings } = options;
  const core = await createCore(options);
  const { store, clock, log, instance, moderator } = core;
  const browserKeys = await BrowserKeys.load(store);
  const passwords = new Passwords(settings.bcryptCost);
  const logins = new Logins({
    store,
    passwords,
    tokens: tokens(settings.signingKey),
    log,
    instance,
    limits: settings.limits ? new LoginLimits() : undefined,
    forbidsName: (name) => moderator.forbidsName(name),
    now: () => clock.now(),
  });
  const hub = new Hub({ ...core, logins });
  return { ...core, passwords, logins, browserKeys, hub };
}
