import { z } from "zod";
import type { Actor } from "./model.ts";
import type { Store } from "./store.ts";

const DAY = 24 * 60 * 60 * 1000;

/** What an administrator may set; everything else is the environment's. */
export const instanceSettings = z.object({
  name: z.string().trim().min(1, "Name is empty").max(60, "Name must have at most 60 characters"),
  registration: z.enum(["open", "closed"]),
  /** Warnings before the block: with 2, the third offence blocks. */
  warnings: z.coerce.number().int().min(0, "Warnings must be 0 to 100").max(100, "Warnings must be 0 to 100"),
  /** Days after which a warning counts no more. */
  warningDays: z.coerce.number().int().min(1, "Warning days must be 1 to 3650").max(
    3650,
    "Warning days must be 1 to 3650",
  ),
  /** Days a login lives without being used. */
  sessionDays: z.coerce.number().min(0.00001, "Session days must be 1 to 3650").max(
    3650,
    "Session days must be 1 to 3650",
  ),
  /** Days after which messages are removed; 0 keeps them. */
  retentionDays: z.coerce.number().int().min(0, "Retention must be 0 to 36500").max(
    36_500,
    "Retention must be 0 to 36500",
  ),
});

export type InstanceSettings = z.infer<typeof instanceSettings>;

const DEFAULTS: InstanceSettings = {
  name: "Chatterbox",
  registration: "open",
  warnings: 2,
  warningDays: 30,
  sessionDays: 30,
  retentionDays: 0,
};

const KEY = "instance";

/** The settings in force: what the environment fixes, what an administrator has set, and defaults for the rest. */
export class Instance {
  readonly #store: Store;
  /** Set by the environment, which wins: whoever starts the program has the last word. */
  readonly fixed: Partial<InstanceSettings>;
  #set: Partial<InstanceSettings>;

  private constructor(store: Store, fixed: Partial<InstanceSettings>, set: Partial<InstanceSettings>) {
    this.#store = store;
    this.fixed = fixed;
    this.#set = set;
  }

  static async load(store: Store, fixed: Partial<InstanceSettings>): Promise<Instance> {
    const kept = await store.settings.get(KEY);
    const parsed = instanceSettings.partial().safeParse(kept === undefined ? {} : JSON.parse(kept));
    return new Instance(store, fixed, (parsed.success ? parsed.data : {}) as Partial<InstanceSettings>);
  }

  get current(): InstanceSettings {
    return { ...DEFAULTS, ...this.#set, ...this.fixed };
  }

  get sessionTtl(): number {
    return this.current.sessionDays * DAY;
  }

  get warningLife(): number {
    return this.current.warningDays * DAY;
  }

  /** Ms; undefined keeps messages for ever. */
  get retention(): number | undefined {
    const { retentionDays } = this.current;
    return retentionDays === 0 ? undefined : retentionDays * DAY;
  }

  /** In force at once, here and after the next start. What the environment fixes stays. */
  async set(settings: InstanceSettings, by: Actor, now: number): Promise<void> {
    const before = this.current;
    const after = { ...settings, ...this.fixed };
    const names = Object.keys(after) as (keyof InstanceSettings)[];
    const changed = names.filter((name) => after[name] !== before[name]);
    if (changed.length === 0) return;
    const reason = changed.map((name) => `${name}: ${before[name]} → ${after[name]}`).join(", ");
    await this.#store.settings.set(KEY, JSON.stringify(after), { by, reason, at: now });
    this.#set = after;
  }
}
