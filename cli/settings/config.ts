import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { everySetting, type Setting, settingFlags, settings } from "./table.ts";

export { StartError, UsageError } from "./errors.ts";

/** The settings of `serve`, each as its check reads it. Durations are in ms. */
export type Config = {
  readonly [Key in keyof typeof settings]: (typeof settings)[Key] extends Setting<infer Value> ? Value : never;
};

/** The environment variables that the program may read. */
export type Environment = (name: string) => string | undefined;

/** Reads the settings of `serve`; a flag wins over its variable. Throws `UsageError`. */
export function readConfig(args: string[], env: Environment): Config {
  const given = withFlags(readFlags(args), env);
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, read(setting as Setting<unknown>, given)]),
  ) as Config;
  refuseCheapPasswords(config);
  return config;
}

/** The environment with the flags of settings in it: where a flag is given, its variable has that value. */
export function withFlags(flags: Readonly<Record<string, unknown>>, env: Environment): Environment {
  return (name) => {
    const flag = everySetting.find((setting) => setting.name === name)?.flag;
    const value = flag === undefined ? undefined : flags[flag];
    return typeof value === "string" ? value : env(name);
  };
}

/** Where everything is kept, for the subcommands that work on it: `--data`, DATA_DIR and DATABASE_URL. */
export function readPlace(dataFlag: string | undefined, env: Environment): { dataDir: string; databaseFile: string } {
  const dataDir = dataFlag ?? read(settings.dataDir, env);
  return { dataDir, databaseFile: databaseFile({ dataDir, databaseUrl: read(settings.databaseUrl, env) }) };
}

/** What a password's hash costs, for the subcommands that set one: BCRYPT_COST. */
export function readBcryptCost(env: Environment): number {
  const bcryptCost = read(settings.bcryptCost, env);
  refuseCheapPasswords({ bcryptCost, limits: env(settings.limits.name) !== "off" });
  return bcryptCost;
}

/**
 * The address that users open, for links: PUBLIC_URL; without it (`isGuess`) where a server with the same HOST and PORT
 * is to be found on this machine.
 */
export function readAddress(env: Environment): { origin: string; isGuess: boolean } {
  const url = read(settings.publicUrl, env);
  if (url) return { origin: url.origin, isGuess: false };
  const port = read(settings.port, env);
  if (port === 0) {
    throw new UsageError("PUBLIC_URL is not set, and PORT=0 does not say where the server is: set PUBLIC_URL");
  }
  const host = read(settings.host, env);
  const name = ["0.0.0.0", "::"].includes(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { origin: `http://${name}:${port}`, isGuess: true };
}

/** The file that holds the database. */
export function databaseFile({ dataDir, databaseUrl }: Pick<Config, "dataDir" | "databaseUrl">): string {
  return databaseUrl?.replace(/^sqlite:/, "") ?? join(dataDir, "chatterbox.db");
}

/** A variable that is empty is not set. */
function read<Value>({ name, fallback, check }: Setting<Value>, env: Environment): Value {
  const value = env(name) || fallback;
  // Only a setting that may be undefined has no fallback.
  return value === undefined ? undefined as Value : check(value, name);
}

/** The check of one setting does not know the others. */
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
