import { styleText } from "node:util";
import type { Log, LogLevel } from "../../db/log.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const COLOURS = { debug: "dim", info: "cyan", warn: "yellow", error: "red" } as const;

/** Maximum length of a fact, in characters: some come from untrusted clients. Errors are not cut. */
const FACT_MAX = 2000;

/** Writes one line per event, as text or JSON. No fact can end the line or control a terminal. */
export function logger(
  { format, level, colours = false, write, now }: {
    format: "pretty" | "json";
    /** Whether the text format has colours. */
    colours?: boolean;
    level: LogLevel;
    write: (line: string) => void;
    now: () => number;
  },
): Log {
  const least = LEVELS.indexOf(level);
  const paint: typeof styleText = (style, text) => colours ? styleText(style, text) : text;
  return (level, event, facts = {}) => {
    if (LEVELS.indexOf(level) < least) return;
    const time = new Date(now()).toISOString();
    const plain = Object.fromEntries(
      Object.entries(facts).filter(([, value]) => value !== undefined).map(([name, value]) => [name, printable(value)]),
    );
    if (format === "json") return write(visible(JSON.stringify({ time, level, event, ...plain })));
    const details = Object.entries(plain).map(([name, value]) => `${paint("dim", `${name}=`)}${word(value)}`);
    const tag = paint(COLOURS[level], level.padEnd(5));
    write([paint("dim", time.slice(11, 23)), tag, visible(event), ...details].join(" "));
  };
}

/** Quotes a value unless it is one word, so that no value looks like two facts. */
function word(value: unknown): string {
  const plain = typeof value === "string" && value !== "" && !/[\s"=\\]/.test(value) && visible(value) === value;
  return plain ? value : visible(JSON.stringify(value) ?? String(value));
}

/**
 * Characters that end a line, begin an escape sequence, reorder text or are invisible: controls (including C1 and DEL,
 * which `JSON.stringify` leaves alone), format characters, and line and paragraph separators.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Escapes them as in JSON. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => {
    return sign.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

/** Errors are logged with stack and cause. They never contain what a user wrote. */
function printable(value: unknown): unknown {
  if (typeof value === "string" && value.length > FACT_MAX) return `${value.slice(0, FACT_MAX)}…`;
  if (!(value instanceof Error)) return value;
  const cause = value.cause === undefined ? "" : `\ncaused by ${printable(value.cause)}`;
  return `${value.stack ?? value.message}${cause}`;
}
