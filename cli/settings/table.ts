import {
  type Check,
  databaseUrl,
  duration,
  durationOrOff,
  headerToken,
  oneOf,
  onOrOff,
  signingKey,
  text,
  webAddress,
  wholeNumber,
} from "./checks.ts";

/**
 * One setting of the server. `readConfig`, `serve --help` and `doctor` follow from this table; a test compares the
 * README's table and the permissions of `deno task start` with it.
 */
export interface Setting<Value> {
  /** The environment variable. */
  readonly name: string;
  /** The flag of `serve` and `doctor`, without dashes, and the name of its value in `--help`. */
  readonly flag?: string;
  readonly argument?: string;
  /** The default. */
  readonly fallback?: string;
  /** A description of the default when there is no such value. */
  readonly unset?: string;
  /** Whether its value is never shown. */
  readonly isSecret?: true;
  /** Its description in `--help`. */
  readonly help: string;
  /** A further sentence for the README, in Markdown. */
  readonly more?: string;
  readonly check: Check<Value>;
}

function withFallback<Value>(setting: Setting<Value> & { fallback: string }): Setting<Value> {
  return setting;
}

function optional<Value>(setting: Setting<Value> & { unset: string }): Setting<Value | undefined> {
  return setting;
}

/** By the name used in the code. Settings that others depend on come first. */
export const settings = {
  port: withFallback({
    name: "PORT",
    flag: "port",
    argument: "N",
    fallback: "8000",
    help: "the port to listen on; 0 picks a free one",
    more: "The server prints which at its start",
    check: wholeNumber(0, 65_535),
  }),
  host: withFallback({
    name: "HOST",
    flag: "host",
    argument: "ADDRESS",
    fallback: "127.0.0.1",
    help: "the address to listen on",
    check: text,
  }),
  dataDir: withFallback({
    name: "DATA_DIR",
    flag: "data",
    argument: "FOLDER",
    fallback: "./data",
    help: "the data directory",
    more: "It holds `chatterbox.db`, `signing.key` and `backups`",
    check: text,
  }),
  databaseUrl: optional({
    name: "DATABASE_URL",
    unset: "chatterbox.db in DATA_DIR",
    help: "another place for the database: sqlite:PATH",
    check: databaseUrl,
  }),
  publicUrl: optional({
    name: "PUBLIC_URL",
    unset: "http://HOST:PORT",
    help: "the address that users open",
    more: "With https the cookie is `__Host-` and Secure, and only pages from this address may use it",
    check: webAddress,
  }),
  registration: optional({
    name: "REGISTRATION",
    unset: "as administrators set it",
    help: "open or closed",
    more: "Overrides what administrators set, which is `open` at first",
    check: oneOf("open", "closed"),
  }),
  limits: withFallback({
    name: "RATE_LIMITS",
    fallback: "on",
    help: "off: no limits per user and per address",
    more: "For load tests on a trusted machine",
    check: onOrOff,
  }),
  bcryptCost: withFallback({
    name: "BCRYPT_COST",
    fallback: "12",
    help: "10 to 15; each step doubles the work",
    more: "4 only with `RATE_LIMITS=off`, for tests. A hash gets the new cost when its owner next logs in",
    check: (value, name) => value === "4" ? 4 : wholeNumber(10, 15)(value, name),
  }),
  sessionTtl: optional({
    name: "SESSION_TTL",
    unset: "as administrators set it",
    help: "how long a session lives after its last use",
    more: "For example `90s`, `15m`, `12h` or `30d`. Overrides what administrators set, which is 30 days at first",
    check: duration,
  }),
  signingKey: optional({
    name: "SIGNING_KEY",
    unset: "signing.key in DATA_DIR",
    isSecret: true,
    help: "signs session tokens",
    more: "At least 32 bytes; instances on one host need different keys",
    check: signingKey,
  }),
  trustProxy: withFallback({
    name: "TRUST_PROXY",
    fallback: "off",
    help: "on: trust the proxy's X-Forwarded-For",
    more: "The last address in it counts. Only behind your own proxy",
    check: onOrOff,
  }),
  backupEvery: withFallback({
    name: "BACKUP_EVERY",
    fallback: "off",
    help: "how often to back up into DATA_DIR/backups",
    more: "For example `12h` or `1d`",
    check: durationOrOff,
  }),
  backupKeep: withFallback({
    name: "BACKUP_KEEP",
    fallback: "7",
    help: "how many of those backups to keep",
    check: wholeNumber(1, 10_000),
  }),
  metricsToken: optional({
    name: "METRICS_TOKEN",
    unset: "none",
    isSecret: true,
    help: "lets other machines read /metrics",
    more: "Sent as `Authorization: Bearer`; at least 16 characters",
    check: headerToken,
  }),
  logFormat: optional({
    name: "LOG_FORMAT",
    unset: "pretty on a terminal, else json",
    help: "pretty or json",
    more: "One line per event, on standard error",
    check: oneOf("pretty", "json"),
  }),
  logLevel: withFallback({
    name: "LOG_LEVEL",
    fallback: "info",
    help: "debug, info, warn or error",
    check: oneOf("debug", "info", "warn", "error"),
  }),
};

/** The default, or its description. */
export function unsetValue({ fallback, unset }: Pick<Setting<unknown>, "fallback" | "unset">): string {
  return fallback ?? unset ?? "";
}

export const everySetting: readonly Setting<unknown>[] = Object.values(settings);

export const settingNames: readonly string[] = everySetting.map(({ name }) => name);

/** The flags, for `parseArgs`. */
export const settingFlags: Readonly<Record<string, { type: "string" }>> = Object.fromEntries(
  everySetting.flatMap(({ flag }) => flag === undefined ? [] : [[flag, { type: "string" as const }]]),
);
