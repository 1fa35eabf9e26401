import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { everySetting, type Setting, settingFlags, settings } from "./table.ts";

export { StartError, UsageError } from "./errors.ts";

/** The parsed settings of `serve`. Durations are in ms. */
export type Config = {
  readonly [Key in keyof typeof settings]: (typeof settings)[Key] extends Setting<infer Value> ? Value : never;
};

/** The environment variables that the program may read. */
export type Environment = (name: string) => string | undefined;

/** Reads the settings of `serve`. A flag takes precedence over its variable. Throws `UsageError`. */
export function readConfig(args: string[], env: Environment): Config {
  const given = withFlags(readFlags(args), env);
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, read(setting as Setting<unknown>, given)]),
  ) as Config;
  refuseCheapPasswords(config);
  return config;
}

/** The environment, overridden by the flags of settings. */
export function withFlags(flags: Readonly<Record<string, unknown>>, env: Environment): Environment {
  return (name) => {
    const flag = everySetting.find((setting) => setting.name === name)?.flag;
    const value = flag === undefined ? undefined : flags[flag];
    return typeof value === "string" ? value : env(name);
  };
}

/** The location of the data, for subcommands that work on it: `--data`, DATA_DIR and DATABASE_URL. */
export function readPlace(dataFlag: string | undefined, env: Environment): { dataDir: string; databaseFile: string } {
  const dataDir = dataFlag ?? read(settings.dataDir, env);
  return { dataDir, databaseFile: databaseFile({ dataDir, databaseUrl: read(settings.databaseUrl, env) }) };
}

/** BCRYPT_COST, for subcommands that set a password. */
export function readBcryptCost(env: Environment): number {
  const bcryptCost = read(settings.bcryptCost, env);
  refuseCheapPasswords({ bcryptCost, limits: env(settings.limits.name) !== "off" });
  return bcryptCost;
}

/**
 * The address that users open, for links: PUBLIC_URL or, without it (`isGuess`), the local address of a server with the
 * same HOST and PORT.
 */
export function readAddress(env: Environment): { origin: string; isGuess: boolean } {
  const url = read(settings.publicUrl, env);
  if (url) return { origin: url.origin, isGuess: false };
  const port = read(settings.port, env);
  if (port === 0) {
    throw new UsageError("PUBLIC_URL is not set, and with PORT=0 the server's address is unknown: set PUBLIC_URL");
  }
  const host = read(settings.host, env);
  const name = ["0.0.0.0", "::"].includes(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { origin: `http://${name}:${port}`, isGuess: true };
}

/** The database's file. */
export function databaseFile({ dataDir, databaseUrl }: Pick<Config, "dataDir" | "databaseUrl">): string {
  return databaseUrl?.replace(/^sqlite:/, "") ?? join(dataDir, "chatterbox.db");
}

/** An empty variable counts as unset. */
function read<Value>({ name, fallback, check }: Setting<Value>, env: Environment): Value {
  const value = env(name) || fallback;
  // Only a setting that may be undefined has no fallback.
  return value === undefined ? undefined as Value : check(value, name);
}

/** The check of a single setting does not know the others. */
function refuseCheapPasswords({ bcryptCost, limits }: Pick<Config, "bcryptCost" | "limits">): void {
  if (bcryptCost < 10 && limits) {
    throw new UsageError(`BCRYPT_COST: "${bcryptCost}" is not accepted, it must be a whole number from 10 to 15`);
  }
}

function readFlags(args: string[]): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ args, options: settingFlags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; see chatterbox --help`);
  }
}
