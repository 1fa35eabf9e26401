import { styleText } from "node:util";
import type { Log, LogLevel } from "../../db/log.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const COLOURS = { debug: "dim", info: "cyan", warn: "yellow", error: "red" } as const;

/** What a fact may take of a line, in characters: some of it comes from strangers. An error is not cut. */
const FACT_MAX = 2000;

/** Writes one line an event, for people or for programs. Nothing in a fact can end it, or tell a terminal what to do. */
export function logger(
  { format, level, colours = false, write, now }: {
    format: "pretty" | "json";
    /** Whether people see colours; programs never do. */
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

/** As it is, if it is one word; else in quotes, so that no value looks like two facts. */
function word(value: unknown): string {
  const plain = typeof value === "string" && value !== "" && !/[\s"=\\]/.test(value) && visible(value) === value;
  return plain ? value : visible(JSON.stringify(value) ?? String(value));
}

/**
 * What ends a line, begins an escape sequence, turns the order of words round or is not to be seen: controls (C1 and DEL
 * too, which `JSON.stringify` leaves as they are), marks of format, and separators of lines and paragraphs.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Escaped as JSON escapes. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => {
    return sign.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

/** An error is logged whole, stack and cause; it never holds what a person wrote. */
function printable(value: unknown): unknown {
  if (typeof value === "string" && value.length > FACT_MAX) return `${value.slice(0, FACT_MAX)}…`;
  if (!(value instanceof Error)) return value;
  const cause = value.cause === undefined ? "" : `\ncaused by ${printable(value.cause)}`;
  return `${value.stack ?? value.message}${cause}`;
}
