import { eventually } from "./eventually.ts";

/** A running process's resources, from Linux's /proc. */
export interface Usage {
  /** Resident memory, in bytes. */
  readonly memory: number;
  readonly descriptors: number;
  /** Processor time used so far, in ms. */
  readonly processor: number;
}

/** Hertz of the figures in /proc/PID/stat: 100 on every Linux that Deno runs on. */
const TICKS = 100;

export async function usageOf(pid: number): Promise<Usage> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name, in parentheses, may contain spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    memory: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024,
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    processor: (Number(fields[11]) + Number(fields[12])) * 1000 / TICKS,
  };
}

/** Waits until the process has at most this many descriptors. */
export async function descriptorsAtMost(pid: number, most: number, ms: number): Promise<void> {
  let now = 0;
  await eventually(
    async () => (now = (await usageOf(pid)).descriptors) <= most,
    ms,
    () => `${now} descriptors are open, ${most} were expected`,
  );
}

/** Waits until the number of connections is stable. */
export async function descriptorsSettled(pid: number): Promise<void> {
  let last = -1;
  let since = performance.now();
  await eventually(async () => {
    const { descriptors } = await usageOf(pid);
    if (descriptors !== last) since = performance.now();
    last = descriptors;
    return performance.now() - since > 500;
  }, 15_000);
}
