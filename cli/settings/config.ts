import { join } from "node:path";
import { parseArgs } from "node:util";

/** A setting or flag that cannot be accepted: the program ends with status 2 and this one line. */
export class UsageError extends Error {}

/** Something outside the program keeps it from starting: it ends with status 1 and this one line. */
export class StartError extends Error {}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly publicUrl: URL | undefined;
  /** Undefined: an administrator decides. */
  readonly registration: "open" | "closed" | undefined;
  readonly bcryptCost: number;
  /** In ms. Undefined: an administrator decides. */
  readonly sessionTtl: number | undefined;
  readonly limits: boolean;
  readonly logFormat: "pretty" | "json" | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly signingKey: string | undefined;
  readonly trustProxy: boolean;
  /** What reads `/metrics` from elsewhere than this machine. */
  readonly metricsToken: string | undefined;
  /** In ms. Undefined: none are made. */
  readonly backupEvery: number | undefined;
  readonly backupKeep: number;
}

/** The environment variables the program reads, for the permissions it is compiled with. */
export type Environment = (name: string) => string | undefined;

/** Reads the settings of `serve`; a flag wins over its variable. Throws `UsageError`. */
export function readConfig(args: string[], env: Environment): Config {
  const flags = readFlags(args);
  const given = (name: string, flag?: string) => flag ?? (env(name) || undefined);

  const limits = oneOf("RATE_LIMITS", given("RATE_LIMITS") ?? "on", ["on", "off"]) === "on";
  const port = wholeNumber("PORT", given("PORT", flags.port) ?? "8000", 0, 65_535);
  return {
    port,
    host: given("HOST", flags.host) ?? "127.0.0.1",
    dataDir: given("DATA_DIR", flags.data) ?? "./data",
    databaseUrl: databaseUrl(given("DATABASE_URL")),
    publicUrl: publicUrl(given("PUBLIC_URL")),
    registration: optional(given("REGISTRATION"), (value) => oneOf("REGISTRATION", value, ["open", "closed"])),
    bcryptCost: bcryptCost(given("BCRYPT_COST") ?? "12", limits),
    sessionTtl: optional(given("SESSION_TTL"), (value) => duration("SESSION_TTL", value)),
    limits,
    logFormat: optional(given("LOG_FORMAT"), (value) => oneOf("LOG_FORMAT", value, ["pretty", "json"])),
    logLevel: oneOf("LOG_LEVEL", given("LOG_LEVEL") ?? "info", ["debug", "info", "warn", "error"]),
    signingKey: optional(given("SIGNING_KEY"), signingKey),
    trustProxy: oneOf("TRUST_PROXY", given("TRUST_PROXY") ?? "off", ["on", "off"]) === "on",
    metricsToken: optional(given("METRICS_TOKEN"), metricsToken),
    backupEvery: backupEvery(given("BACKUP_EVERY") ?? "off"),
    backupKeep: wholeNumber("BACKUP_KEEP", given("BACKUP_KEEP") ?? "7", 1, 10_000),
  };
}

/** Where everything is kept, for the subcommands that work on it: `--data`, DATA_DIR and DATABASE_URL. */
export function readPlace(dataFlag: string | undefined, env: Environment): { dataDir: string; databaseFile: string } {
  const dataDir = dataFlag ?? (env("DATA_DIR") || "./data");
  return {
    dataDir,
    databaseFile: databaseFile({ dataDir, databaseUrl: databaseUrl(env("DATABASE_URL") || undefined) }),
  };
}

/** What a password's hash costs, for the subcommands that set one: BCRYPT_COST. */
export function readBcryptCost(env: Environment): number {
  return bcryptCost(env("BCRYPT_COST") || "12", env("RATE_LIMITS") !== "off");
}

/**
 * The address people use, for links: PUBLIC_URL; without it (`isGuess`) where a server with the same HOST and PORT is to
 * be found on this machine.
 */
export function readAddress(env: Environment): { origin: string; isGuess: boolean } {
  const url = publicUrl(env("PUBLIC_URL") || undefined);
  if (url) return { origin: url.origin, isGuess: false };
  const port = wholeNumber("PORT", env("PORT") || "8000", 0, 65_535);
  if (port === 0) {
    throw new UsageError("PUBLIC_URL is not set, and PORT=0 does not say where the server is: set PUBLIC_URL");
  }
  const host = env("HOST") || "127.0.0.1";
  const name = ["0.0.0.0", "::"].includes(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { origin: `http://${name}:${port}`, isGuess: true };
}

/** The file that holds the database. */
export function databaseFile({ dataDir, databaseUrl }: Pick<Config, "dataDir" | "databaseUrl">): string {
  return databaseUrl?.replace(/^sqlite:/, "") ?? join(dataDir, "chatterbox.db");
}

function readFlags(args: string[]) {
  try {
    const options = { port: { type: "string" }, host: { type: "string" }, data: { type: "string" } } as const;
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}; see chatterbox --help`);
  }
}

function refuse(name: string, value: string, accepted: string): never {
  throw new UsageError(`${name}: "${value}" is not accepted, it must be ${accepted}`);
}

function optional<Value>(value: string | undefined, read: (value: string) => Value): Value | undefined {
  return value === undefined ? undefined : read(value);
}

function oneOf<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  return choices.find((choice) => choice === value) ?? refuse(name, value, choices.join(" or "));
}

function wholeNumber(name: string, value: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) refuse(name, value, `a whole number from ${min} to ${max}`);
  return number;
}

function bcryptCost(value: string, limits: boolean): number {
  if (value === "4" && !limits) return 4;
  return wholeNumber("BCRYPT_COST", value, 10, 15);
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A decade: longer is for ever, and a date that far off does not fit a token. */
const DURATION_MAX = 3650 * 86_400_000;

/** In ms. `accepted` says what else is. */
function duration(name: string, value: string, accepted = ""): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
  const ms = Number(count) * (UNITS[unit ?? ""] ?? NaN);
  if (!(ms > 0 && ms <= DURATION_MAX)) {
    refuse(name, value, `${accepted}a duration like 90s, 15m, 12h or 30d, up to 3650d`);
  }
  return ms;
}

function backupEvery(value: string): number | undefined {
  return value === "off" ? undefined : duration("BACKUP_EVERY", value, "off or ");
}

function publicUrl(value: string | undefined): URL | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username) {
    refuse("PUBLIC_URL", value, "an address like https://chat.example.org, without a path");
  }
  return url;
}

function databaseUrl(value: string | undefined): string | undefined {
  if (value !== undefined && !/^sqlite:.+$/.test(value)) {
    // What is not ours may hold a password, so only its scheme is repeated.
    refuse("DATABASE_URL", `${value.split(":")[0]}:…`, "sqlite:PATH");
  }
  return value;
}

function signingKey(value: string): string {
  if (new TextEncoder().encode(value).length < 32) {
    throw new UsageError("SIGNING_KEY: its value (not repeated here) is not accepted, it must have at least 32 bytes");
  }
  return value;
}

function metricsToken(value: string): string {
  // What cannot be sent in a header would never be right.
  if (!/^[\x21-\x7e]{16,}$/.test(value)) {
    throw new UsageError(
      "METRICS_TOKEN: its value (not repeated here) is not accepted, it must have at least 16 characters, " +
        "letters, digits and signs without spaces",
    );
  }
  return value;
}
