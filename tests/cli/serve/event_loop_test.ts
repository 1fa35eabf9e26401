import assert from "node:assert/strict";
import { watchEventLoop } from "../../../cli/serve/event_loop.ts";
import { Distribution } from "../../../db/metrics.ts";
import { eventually } from "../../support/eventually.ts";

Deno.test("`watchEventLoop()` samples a stall, and nothing after it was stopped", async () => {
  const delay = new Distribution([0.05, 0.25]);
  const end = watchEventLoop(delay);
  try {
    const until = performance.now() + 500;
    while (performance.now() < until);
    await eventually(() => delay.counts[2]! > 0);
    assert(delay.sum >= 0.3, `${delay.sum} s`);
  } finally {
    end();
  }
  const seen = delay.counts.join();
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(delay.counts.join(), seen);
});
