import { styleText } from "node:util";
import type { Log, LogLevel } from "../db/log.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const COLOURS = { debug: "dim", info: "cyan", warn: "yellow", error: "red" } as const;

/** Writes one line an event, for people or for programs. */
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
    if (format === "json") return write(JSON.stringify({ time, level, event, ...plain }));
    const details = Object.entries(plain).map(([name, value]) =>
      `${paint("dim", `${name}=`)}${typeof value === "string" ? value : JSON.stringify(value)}`
    );
    const tag = paint(COLOURS[level], level.padEnd(5));
    write([paint("dim", time.slice(11, 23)), tag, event, ...details].join(" "));
  };
}

/** An error is logged whole, stack and cause; it never holds what a person wrote. */
function printable(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const cause = value.cause === undefined ? "" : `\ncaused by ${printable(value.cause)}`;
  return `${value.stack ?? value.message}${cause}`;
}
