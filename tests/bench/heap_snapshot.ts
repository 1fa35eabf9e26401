/** V8's heap snapshot: https://github.com/v8/v8/blob/main/src/profiler/heap-snapshot-generator.cc */
interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } };
  nodes: number[];
  strings: string[];
}

export interface Kind {
  count: number;
  /** Shallow size in bytes. */
  size: number;
}

/** The objects on a heap, by constructor (or by type without one). */
export function kindsOf({ snapshot: { meta }, nodes, strings }: Snapshot): Map<string, Kind> {
  const width = meta.node_fields.length;
  const [type, name, size] = ["type", "name", "self_size"].map((field) => meta.node_fields.indexOf(field));
  const types = meta.node_types[0];
  const kinds = new Map<string, Kind>();
  for (let at = 0; at < nodes.length; at += width) {
    const kind = types[nodes[at + type!]!]!;
    const called = kind === "object" || kind === "native" || kind === "closure" || kind === "code" ||
      kind === "object shape" || kind === "hidden";
    const key = called ? `${kind}: ${strings[nodes[at + name!]!]!.slice(0, 80)}` : `(${kind})`;
    let entry = kinds.get(key);
    if (!entry) kinds.set(key, entry = { count: 0, size: 0 });
    entry.count += 1;
    entry.size += nodes[at + size!]!;
  }
  return kinds;
}

/** The growth of a heap between two snapshots per item of `per`, largest first. */
export function describeGrowth(
  before: Map<string, Kind>,
  after: Map<string, Kind>,
  per: number,
  top = 60,
): string {
  const grown = [...after].map(([name, { count, size }]) => ({
    name,
    count: count - (before.get(name)?.count ?? 0),
    size: size - (before.get(name)?.size ?? 0),
  })).sort((a, b) => b.size - a.size);
  const total = grown.reduce((sum, { size }) => sum + size, 0);
  const lines = grown.slice(0, top).map(({ name, count, size }) =>
    `${(size / per).toFixed(0).padStart(7)} B ${(count / per).toFixed(2).padStart(8)}  ${name}`
  );
  return `${(total / per / 1024).toFixed(1)} KB of heap for each\n\n  bytes    count  what\n${lines.join("\n")}\n`;
}
