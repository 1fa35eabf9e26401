import { randomBytes } from "node:crypto";
import { createServices, type Services } from "../../cli/serve/services.ts";
import type { InstanceSettings } from "../../db/instance.ts";
import type { Log } from "../../db/log.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../../ws/bus/bus.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import type { Clock } from "../../ws/clock.ts";

/** The application over a store, as the server builds it, with cheap passwords and a key of its own. */
export function testServices(
  store: Store,
  { clock, log = () => {}, bus = memoryBus(log), limits = false, fixed = {} }: {
    clock: Clock;
    log?: Log;
    bus?: Bus;
    limits?: boolean | undefined;
    fixed?: Partial<InstanceSettings>;
  },
): Promise<Services> {
  const settings = { limits, bcryptCost: 4, signingKey: randomBytes(32), fixed };
  return createServices({ store, bus, clock, log, settings });
}
