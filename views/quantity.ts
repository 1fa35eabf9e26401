/** Quantities as text for users: numbers of things, sizes, durations. */

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "1 warning", "2,000 warnings". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number of bytes in its largest decimal unit: "999 bytes", "1.2 kB", "415 MB". */
export function formatBytes(count: number): string {
  let step = 0;
  while (step < BYTE_UNITS.length - 1 && count / 1000 ** step >= 999.5) step += 1;
  const value = count / 1000 ** step;
  return value.toLocaleString("en", {
    style: "unit",
    unit: BYTE_UNITS[step]!,
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 0 && value < 99.95 ? 1 : 0,
  });
}

/** A number of ms in its two largest units, rounded down: "59 seconds", "2 hours, 5 minutes", "8 days". */
export function formatDuration(ms: number): string {
  if (ms < MINUTE) return plural(Math.floor(ms / 1000), "second");
  const [days, hours, minutes] = [Math.floor(ms / DAY), Math.floor(ms % DAY / HOUR), Math.floor(ms % HOUR / MINUTE)];
  return new Intl.DurationFormat("en", { style: "long" }).format(days > 0 ? { days, hours } : { hours, minutes });
}
