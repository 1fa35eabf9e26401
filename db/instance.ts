import * as z from "zod";
import type { Actor } from "./model.ts";
import { isBlank } from "./rules.ts";
import type { Store } from "./store.ts";

const DAY = 24 * 60 * 60 * 1000;

function number(name: string, min: number, max: number, least = min) {
  const message = `${name} must be ${min} to ${max}`;
  return z.number({ error: message }).min(least, message).max(max, message);
}

/** Settings that administrators can change. */
export const instanceSettings = z.object({
  name: z.string().trim().refine((name) => !isBlank(name), "Name is empty").max(
    60,
    "Name must have at most 60 characters",
  ),
  registration: z.enum(["open", "closed"], { error: "Registration must be open or closed" }),
  /** Warnings before the block: with 2, the third offence blocks. */
  warnings: number("Warnings", 0, 100).int("Warnings must be a whole number"),
  /** Days after which a warning expires. */
  warningDays: number("Warning days", 1, 3650).int("Warning days must be a whole number"),
  /** Days after which an idle session expires. */
  sessionDays: number("Session days", 1, 3650, 0.00001),
  /** Days after which messages are removed; 0 keeps them. */
  retentionDays: number("Retention", 0, 36_500).int("Retention must be a whole number"),
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

/** The effective settings: from the environment, else as set by an administrator, else the default. */
export class Instance {
  readonly #store: Store;
  /** Settings from the environment. They take precedence. */
  readonly fixed: Partial<InstanceSettings>;
  #set: Partial<InstanceSettings> = {};

  private constructor(store: Store, fixed: Partial<InstanceSettings>) {
    this.#store = store;
    this.fixed = fixed;
  }

  static async load(store: Store, fixed: Partial<InstanceSettings>): Promise<Instance> {
    const instance = new Instance(store, fixed);
    await instance.reload();
    return instance;
  }

  /** Rereads the settings, which another process may have changed. */
  async reload(): Promise<void> {
    const kept = await this.#store.settings.get(KEY);
    // Skip parsing: the first use of zod costs 2 ms at startup.
    if (kept === undefined) return void (this.#set = {});
    const parsed = instanceSettings.partial().safeParse(JSON.parse(kept));
    this.#set = (parsed.success ? parsed.data : {}) as Partial<InstanceSettings>;
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

  /** Ms; undefined keeps messages forever. */
  get retention(): number | undefined {
    const { retentionDays } = this.current;
    return retentionDays === 0 ? undefined : retentionDays * DAY;
  }

  /** Changes the settings at once and persists them. Settings fixed by the environment are not changed. */
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
