/** The output of V8's profiler. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  /** In µs. */
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** A profile as text: the functions with the most self time, and the largest totals below a function. */
export function describeProfile({ nodes, samples, timeDeltas, startTime, endTime }: CpuProfile, top = 45): string {
  const self = new Map<number, number>();
  samples.forEach((id, at) => self.set(id, (self.get(id) ?? 0) + timeDeltas[at]!));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const name = (id: number) => {
    const { functionName, url, lineNumber } = byId.get(id)!.callFrame;
    return `${functionName || "(anonymous)"}${url === "" ? "" : `  ${shorten(url)}:${lineNumber + 1}`}`;
  };
  const selfOf = new Map<string, number>();
  const totalOf = new Map<string, number>();
  for (const { id } of nodes) add(selfOf, name(id), self.get(id) ?? 0);
  const walk = (id: number, above: ReadonlySet<string>): number => {
    const here = name(id);
    const inside = new Set(above).add(here);
    let total = self.get(id) ?? 0;
    for (const child of byId.get(id)!.children ?? []) total += walk(child, inside);
    // Counted once where a function calls itself.
    if (!above.has(here)) add(totalOf, here, total);
    return total;
  };
  walk(nodes[0]!.id, new Set());
  const all = endTime - startTime;
  const idle = selfOf.get("(idle)") ?? 0;
  const byOwner = new Map<string, number>();
  for (const { id } of nodes) {
    add(byOwner, ownerOf(byId.get(id)!.callFrame.url, byId.get(id)!.callFrame.functionName), self.get(id) ?? 0);
  }
  const lines = (of: Map<string, number>) =>
    [...of].filter(([key]) => key !== "(idle)" && key !== "(root)").sort((a, b) => b[1] - a[1]).slice(0, top)
      .map(([key, time]) => `${percent(time, all - idle)}  ${(time / 1000).toFixed(0).padStart(6)} ms  ${key}`).join(
        "\n",
      );
  return `${((all - idle) / 1e6).toFixed(2)} s busy of ${(all / 1e6).toFixed(2)} s; shares are of the busy time. ` +
    `"(program)" is native code outside of any JavaScript; an op's native time counts for the function that calls it.\n\n` +
    `SELF, BY FOLDER OR PACKAGE\n${lines(byOwner)}\n\nSELF\n${lines(selfOf)}\n\nWITH ALL THEY CALL\n${
      lines(totalOf)
    }\n`;
}

function add(map: Map<string, number>, key: string, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}

function percent(part: number, all: number): string {
  return `${(100 * part / all).toFixed(1).padStart(5)} %`;
}

function shorten(url: string): string {
  return url.replace(/^file:\/\/.*\/npm\/registry\.npmjs\.org\//, "npm:").replace(
    /^file:\/\/.*?\/(?=(db|ws|routes|views|cli|main\.ts))/,
    "",
  );
}

/** The owner of a function: one of our folders, a package, or the runtime. */
function ownerOf(url: string, functionName: string): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "native";
  const short = shorten(url);
  return /^(npm:@[^/]+\/[^/]+|npm:[^/]+|ext:[^/]+|node:[^/]+|[^/]+)/.exec(short)?.[1] ?? short;
}
