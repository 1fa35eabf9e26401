/** Formats a number of bytes: `1.2 GB`. */
export function bytes(count: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const step = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[step]}`;
}

/** Formats a duration in ms, in its largest unit: `3 hours`. */
export function duration(ms: number): string {
  const units: [size: number, name: string][] = [[86_400_000, "day"], [3_600_000, "hour"], [60_000, "minute"]];
  const [size, name] = units.find(([size]) => ms >= size) ?? [1000, "second"];
  return plural(Math.round(ms / size), name);
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Quotes a path or value for a shell, if needed. */
export function word(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
