import assert from "node:assert/strict";
import { FairQueue } from "../../../db/limits/fair_queue.ts";

function open(options: { max?: number; lineMax?: number } = {}) {
  return new FairQueue<string>({ max: 1000, lineMax: 1000, ranks: 4, ...options });
}

function drain(queue: FairQueue<string>): string[] {
  const jobs: string[] = [];
  for (let job; (job = queue.shift()) !== undefined;) jobs.push(job);
  return jobs;
}

Deno.test("`FairQueue.shift()` alternates between the lines of one rank, each in order", () => {
  const queue = open();
  for (let n = 0; n < 4; n++) queue.push(`a${n}`, { rank: 2, line: "a" });
  for (let n = 0; n < 2; n++) queue.push(`b${n}`, { rank: 2, line: "b" });
  assert.equal(queue.shift(), "a0");
  queue.push("c0", { rank: 2, line: "c" });
  assert.deepEqual(drain(queue), ["b0", "a1", "c0", "b1", "a2", "a3"]);
  assert.deepEqual([queue.shift(), queue.size], [undefined, 0]);
});

Deno.test("`FairQueue.shift()` prefers the better rank and starves none", () => {
  const queue = open();
  for (let n = 0; n < 100; n++) for (let rank = 0; rank < 4; rank++) queue.push(String(rank), { rank, line: "a" });
  const first = drain(queue).slice(0, 80);
  const count = (rank: number) => first.filter((job) => job === String(rank)).length;
  assert.deepEqual([0, 1, 2, 3].map(count), [40, 20, 10, 10]);
  const other = open();
  for (let n = 0; n < 95; n++) other.push("registration", { rank: 3, line: "a" });
  for (let n = 0; n < 7; n++) other.shift();
  other.push("login", { rank: 2, line: "b" });
  assert([other.shift(), other.shift()].includes("login"), "it waits for one at most");
});

Deno.test("`FairQueue.push()` refuses what exceeds the bound of one line, and no other", () => {
  const queue = open({ lineMax: 3 });
  for (let n = 0; n < 3; n++) assert.equal(queue.push(`a${n}`, { rank: 1, line: "a" }), undefined);
  assert.equal(queue.push("a3", { rank: 1, line: "a" }), "a3");
  assert.equal(queue.push("b0", { rank: 1, line: "b" }), undefined);
  for (let n = 0; n < 9; n++) {
    assert.equal(queue.push("ours", { rank: 1 }), undefined, "items without a line are not bounded");
  }
  assert.equal(queue.size, 13);
});

Deno.test("`FairQueue.push()` evicts the end of the longest line of the worst rank", () => {
  const queue = open({ max: 6 });
  for (let n = 0; n < 4; n++) queue.push(`a${n}`, { rank: 3, line: "a" });
  for (let n = 0; n < 2; n++) queue.push(`b${n}`, { rank: 3, line: "b" });
  assert.equal(queue.push("a4", { rank: 3, line: "a" }), "a4", "the longest line may not push");
  assert.equal(queue.push("c0", { rank: 3, line: "c" }), "a3", "a new line may");
  assert.equal(queue.push("owner", { rank: 0, line: "a" }), "a2");
  assert.equal(queue.push("b2", { rank: 3, line: "b" }), "b2");
  assert.equal(queue.size, 6);
  assert.equal(drain(queue)[0], "owner");
  const full = open({ max: 2 });
  full.push("one", { rank: 0, line: "a" });
  full.push("two", { rank: 0, line: "b" });
  assert.equal(full.push("worse", { rank: 1, line: "c" }), "worse", "never from a better rank");
});

Deno.test("`FairQueue.clear()` returns everything queued", () => {
  const queue = open();
  queue.push("a", { rank: 0, line: "a" });
  queue.push("b", { rank: 3 });
  assert.deepEqual([queue.clear().sort(), queue.size, queue.shift()], [["a", "b"], 0, undefined]);
});
