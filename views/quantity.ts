/** Quantities as text for users: numbers of things, sizes, durations. */

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

/** A number of ms, rounded to its two largest units: "59 seconds", "2 hours, 5 minutes", "8 days". */
export function formatDuration(ms: number): string {
  const format = new Intl.DurationFormat("en", { style: "long" });
  const [seconds, minutes, hours] = [1000, MINUTE, HOUR].map((unit) => Math.round(ms / unit)) as [
    number,
    number,
    number,
  ];
  if (seconds < 60) return plural(seconds, "second");
  if (minutes < 24 * 60) return format.format({ hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return format.format({ days: Math.floor(hours / 24), hours: hours % 24 });
}
