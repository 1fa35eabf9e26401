/**
 * Whether the long forms run, as by `deno task test:faults`. The short ones belong to the ordinary suite: the same code
 * with smaller counts.
 */
export const isLong = Deno.args.includes("--long");

/** The size: the first for the ordinary suite, the second for the long form. */
export function size<Value>(short: Value, long: Value): Value {
  return isLong ? long : short;
}
