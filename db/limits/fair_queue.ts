/** Position in the queue: after all better (smaller) ranks, round-robin with other lines of its rank. */
export interface Place {
  readonly rank: number;
  /** The line's key, such as a network. Jobs without one share an unbounded line. */
  readonly line?: string | undefined;
}

/**
 * A queue of waiting jobs. Lines of one rank take turns, so a long line delays only itself. The best rank gets every
 * second turn, the next every fourth, and so on; an unused turn goes to the best rank with jobs, so no rank starves.
 * When the queue is full, the job at the end of the longest line of the worst rank is dropped.
 */
export class FairQueue<Job> {
  readonly #max: number;
  readonly #lineMax: number;
  readonly #ranks: Map<string, Job[]>[];
  #size = 0;
  #turn = 0;

  /** `max` jobs in total, `lineMax` per line. */
  constructor({ max, lineMax, ranks }: { max: number; lineMax: number; ranks: number }) {
    this.#max = max;
    this.#lineMax = lineMax;
    this.#ranks = Array.from({ length: ranks }, () => new Map());
  }

  get size(): number {
    return this.#size;
  }

  /** Number of jobs in this line. */
  lengthOf({ rank, line = "" }: Place): number {
    return this.#ranks[rank]?.get(line)?.length ?? 0;
  }

  /** Adds a job. Returns the job dropped for lack of room, if any: this one or one it displaces. */
  push(job: Job, place: Place): Job | undefined {
    const length = this.lengthOf(place);
    if (place.line !== undefined && length >= this.#lineMax) return job;
    let refused: Job | undefined;
    if (this.#size >= this.#max) {
      const worst = this.#worst();
      if (!worst || worst.rank < place.rank || (worst.rank === place.rank && worst.length <= length + 1)) return job;
      refused = this.#ranks[worst.rank]!.get(worst.line)!.pop();
      this.#removed(worst.rank, worst.line);
    }
    const lines = this.#ranks[place.rank]!;
    const line = lines.get(place.line ?? "");
    if (line) line.push(job);
    else lines.set(place.line ?? "", [job]);
    this.#size += 1;
    return refused;
  }

  /** Removes and returns the next job. */
  shift(): Job | undefined {
    if (this.#size === 0) return undefined;
    this.#turn += 1;
    // 1, 2, 1, 3, 1, 2, 1, 4, …
    const due = Math.min(31 - Math.clz32(this.#turn & -this.#turn), this.#ranks.length - 1);
    const rank = this.#ranks[due]!.size > 0 ? due : this.#ranks.findIndex((lines) => lines.size > 0);
    const lines = this.#ranks[rank]!;
    const [[name, line]] = lines as unknown as [[string, Job[]]];
    const job = line.shift();
    // Move the line to the end of the round.
    lines.delete(name);
    lines.set(name, line);
    this.#removed(rank, name);
    return job;
  }

  /** Removes and returns all jobs. */
  clear(): Job[] {
    const jobs = this.#ranks.flatMap((lines) => [...lines.values()].flat());
    for (const lines of this.#ranks) lines.clear();
    this.#size = 0;
    return jobs;
  }

  #removed(rank: number, name: string): void {
    this.#size -= 1;
    const lines = this.#ranks[rank]!;
    if (lines.get(name)?.length === 0) lines.delete(name);
  }

  /** The longest line of the worst rank that has jobs. */
  #worst(): { rank: number; line: string; length: number } | undefined {
    const rank = this.#ranks.findLastIndex((lines) => lines.size > 0);
    if (rank < 0) return undefined;
    let line = "";
    let length = -1;
    for (const [name, jobs] of this.#ranks[rank]!) if (jobs.length > length) [line, length] = [name, jobs.length];
    return { rank, line, length };
  }
}
