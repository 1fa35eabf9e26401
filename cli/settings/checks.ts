import { UsageError } from "./errors.ts";

/** Parses the text of a setting. Throws `UsageError`, with the name, for an invalid value. */
export type Check<Value> = (value: string, name: string) => Value;

function refuse(name: string, value: string, accepted: string): never {
  throw new UsageError(`${name}: "${value}" is not accepted, it must be ${accepted}`);
}

export const text: Check<string> = (value) => value;

export function oneOf<Choice extends string>(...choices: readonly Choice[]): Check<Choice> {
  return (value, name) => choices.find((choice) => choice === value) ?? refuse(name, value, choices.join(" or "));
}

export const onOrOff: Check<boolean> = (value, name) => oneOf("on", "off")(value, name) === "on";

export function wholeNumber(min: number, max: number): Check<number> {
  return (value, name) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) refuse(name, value, `a whole number from ${min} to ${max}`);
    return number;
  };
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A decade: longer is practically for ever, and such a date does not fit into a token. */
const DURATION_MAX = 3650 * 86_400_000;

function durationOr(others: string): Check<number> {
  return (value, name) => {
    const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
    const ms = Number(count) * (UNITS[unit ?? ""] ?? NaN);
    if (!(ms > 0 && ms <= DURATION_MAX)) {
      refuse(name, value, `${others}a duration like 90s, 15m, 12h or 30d, up to 3650d`);
    }
    return ms;
  };
}

/** In ms. */
export const duration: Check<number> = durationOr("");

/** In ms; undefined for `off`. */
export const durationOrOff: Check<number | undefined> = (value, name) =>
  value === "off" ? undefined : durationOr("off or ")(value, name);

/** An origin: a URL without a path. */
export const webAddress: Check<URL> = (value, name) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username) {
    refuse(name, value, "an address like https://chat.example.org, without a path");
  }
  return url;
};

export const databaseUrl: Check<string> = (value, name) => {
  // Another database's address may hold a password, so only its scheme is repeated.
  if (!/^sqlite:.+$/.test(value)) refuse(name, `${value.split(":")[0]}:…`, "sqlite:PATH");
  return value;
};

/** A secret is not repeated in the error. */
function refuseSecret(name: string, accepted: string): never {
  throw new UsageError(`${name}: its value (not repeated here) is not accepted, it must have ${accepted}`);
}

export const signingKey: Check<string> = (value, name) => {
  if (new TextEncoder().encode(value).length < 32) refuseSecret(name, "at least 32 bytes");
  return value;
};

/** Accepts what can be sent in a header: anything else would never match. */
export const headerToken: Check<string> = (value, name) => {
  if (!/^[\x21-\x7e]{16,}$/.test(value)) {
    refuseSecret(name, "at least 16 characters, letters, digits and signs without spaces");
  }
  return value;
};
