import { brief } from "../chat/clean.ts";
import { type Config, type Environment, readConfig, UsageError } from "../settings/config.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/** What `serve` reads, and what holds where a variable is not set. */
const DEFAULTS: Readonly<Record<string, string>> = {
  PORT: "8000",
  HOST: "127.0.0.1",
  DATA_DIR: "./data",
  DATABASE_URL: "chatterbox.db in DATA_DIR",
  PUBLIC_URL: "http://HOST:PORT",
  REGISTRATION: "as administrators set it",
  BCRYPT_COST: "12",
  SESSION_TTL: "as administrators set it",
  RATE_LIMITS: "on",
  SIGNING_KEY: "signing.key in DATA_DIR",
  TRUST_PROXY: "off",
  BACKUP_EVERY: "off",
  BACKUP_KEEP: "7",
  METRICS_TOKEN: "none",
  LOG_FORMAT: "pretty on a terminal, else json",
  LOG_LEVEL: "info",
};

const SECRETS = new Set(["SIGNING_KEY", "METRICS_TOKEN"]);

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(DEFAULTS);

/** The flags that say the same as a variable, by its name. */
export type Flags = Readonly<Partial<Record<"PORT" | "HOST" | "DATA_DIR", string>>>;

/**
 * The settings in force, and what there is to say about them. One that the server would refuse is left out, so that
 * everything else can be looked at.
 */
export function lookAtSettings(flags: Flags, env: Environment): { config: Config; findings: Finding[] } {
  const refused: Finding[] = [];
  const left: Record<string, string | undefined> = {};
  for (const name of settingNames) left[name] = flags[name as keyof Flags] ?? (env(name) || undefined);
  while (true) {
    try {
      const config = readConfig([], (name) => left[name]);
      return { config, findings: [...refused, ...settingsInForce(left, refused), ...unwise(config)] };
    } catch (error) {
      const name = error instanceof UsageError ? /^[A-Z_]+(?=:)/.exec(error.message)?.[0] : undefined;
      if (name === undefined || left[name] === undefined) throw error;
      refused.push(failure("settings", brief((error as Error).message), `mend ${name}, or leave it out`));
      left[name] = undefined;
    }
  }
}

function settingsInForce(values: Record<string, string | undefined>, refused: readonly Finding[]): Finding[] {
  const shown = (name: string) => SECRETS.has(name) ? `${name} (not shown)` : `${name}=${brief(values[name]!)}`;
  const set = settingNames.filter((name) => values[name] !== undefined);
  const unset = settingNames.filter((name) => values[name] === undefined);
  const facts = Object.fromEntries(
    settingNames.map((name) => [name, SECRETS.has(name) && values[name] !== undefined ? "set" : values[name] ?? null]),
  );
  const others = refused.length > 0 ? "no others" : "none";
  return [
    ok("settings", `set: ${set.map(shown).join(", ") || others}`, facts),
    ok("settings", `not set: ${unset.map((name) => `${name} (${DEFAULTS[name]})`).join(", ")}`),
  ];
}

/** What is allowed and seldom meant. */
function unwise({ limits, publicUrl, trustProxy }: Config): Finding[] {
  const findings: Finding[] = [];
  if (!limits) {
    findings.push(
      warning("settings", "RATE_LIMITS=off: passwords can be tried without limit", "take it away; it is for tests"),
    );
  }
  if (publicUrl?.protocol === "https:" && !trustProxy) {
    findings.push(
      warning(
        "settings",
        "PUBLIC_URL is https, so there is a proxy, but TRUST_PROXY is off: everybody seems to come from its address, " +
          "and the wrong passwords of one lock out all",
        "set TRUST_PROXY=on",
      ),
    );
  }
  if (trustProxy && !publicUrl) {
    findings.push(
      warning(
        "settings",
        "TRUST_PROXY is on, so there is a proxy, but PUBLIC_URL is not set: where the proxy rewrites Host, no page gets a " +
          "socket",
        "set PUBLIC_URL to the address that people use",
      ),
    );
  }
  return findings;
}
