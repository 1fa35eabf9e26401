/** Where a job stands: behind all of a better (smaller) rank, and in turn with the other lines of its own. */
export interface Place {
  readonly rank: number;
  /** Whose it is, such as an address; without one it is in a line that is as long as it likes. */
  readonly line?: string | undefined;
}

/**
 * Waiting jobs. Lines of one rank take turns, so that a long one makes nobody wait but itself. The best rank has every
 * second turn for sure, the next every fourth, and so on, and a turn that a rank does not need goes to the best there
 * is: none is starved. What is too much goes from the end of the longest line of the worst rank.
 */
export class FairQueue<Job> {
  readonly #max: number;
  readonly #lineMax: number;
  readonly #ranks: Map<string, Job[]>[];
  #size = 0;
  #turn = 0;

  /** `max` jobs in all, and `lineMax` in one line. */
  constructor({ max, lineMax, ranks }: { max: number; lineMax: number; ranks: number }) {
    this.#max = max;
    this.#lineMax = lineMax;
    this.#ranks = Array.from({ length: ranks }, () => new Map());
  }

  get size(): number {
    return this.#size;
  }

  /** Jobs that stand in this line now. */
  lengthOf({ rank, line = "" }: Place): number {
    return this.#ranks[rank]?.get(line)?.length ?? 0;
  }

  /** Takes a job. Returns the one there is no room for, if there is one: this, or another that makes room for it. */
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

  /** The job whose turn it is. */
  shift(): Job | undefined {
    if (this.#size === 0) return undefined;
    this.#turn += 1;
    // 1, 2, 1, 3, 1, 2, 1, 4, …
    const due = Math.min(31 - Math.clz32(this.#turn & -this.#turn), this.#ranks.length - 1);
    const rank = this.#ranks[due]!.size > 0 ? due : this.#ranks.findIndex((lines) => lines.size > 0);
    const lines = this.#ranks[rank]!;
    const [[name, line]] = lines as unknown as [[string, Job[]]];
    const job = line.shift();
    // To the end of the round.
    lines.delete(name);
    lines.set(name, line);
    this.#removed(rank, name);
    return job;
  }

  /** Empties it. */
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

  /** The longest line of the worst rank there is. */
  #worst(): { rank: number; line: string; length: number } | undefined {
    const rank = this.#ranks.findLastIndex((lines) => lines.size > 0);
    if (rank < 0) return undefined;
    let line = "";
    let length = -1;
    for (const [name, jobs] of this.#ranks[rank]!) if (jobs.length > length) [line, length] = [name, jobs.length];
    return { rank, line, length };
  }
}
