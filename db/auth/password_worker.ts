/// <reference lib="deno.worker" />
import bcrypt from "bcryptjs";
import { replyOf } from "../worker/ask.ts";

/** Hashes a password or compares it with a hash, one job at a time. Each would block the event loop for 250 ms. */
export type PasswordJob =
  | { kind: "hash"; password: string; cost: number }
  | { kind: "compare"; password: string; hash: string | undefined; cost: number };

self.onmessage = async ({ data }: MessageEvent<PasswordJob>) => {
  self.postMessage(
    await replyOf(() => data.kind === "hash" ? bcrypt.hashSync(data.password, data.cost) : compare(data)),
  );
};

/**
 * Each step of the cost doubles the work, so a hash of a lower cost takes as long as one of `cost` if every cost in
 * between is computed once more: 2^10 + 2^10 + 2^11 = 2^12.
 */
function compare({ password, hash, cost }: PasswordJob & { kind: "compare" }): boolean {
  const matches = hash !== undefined && bcrypt.compareSync(password, hash);
  const done = hash === undefined ? cost : costOf(hash);
  if (hash === undefined) bcrypt.compareSync(password, nobody(cost));
  for (let more = done; more < cost; more++) bcrypt.compareSync(password, nobody(more));
  return matches;
}

function costOf(hash: string): number {
  return Number(/^\$2[aby]\$(\d\d)\$/.exec(hash)?.[1] ?? Infinity);
}

/** A well-formed hash that matches no password, and takes as long to compare as a real one. */
function nobody(cost: number): string {
  return `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;
}

// Ready.
self.postMessage(true);
