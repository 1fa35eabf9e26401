import assert from "node:assert/strict";
import { watchEventLoop } from "../../../cli/serve/event_loop.ts";
import { Distribution } from "../../../db/metrics.ts";
import { eventually } from "../../support/eventually.ts";

// The sanitizer fails the test when a timer is left.
Deno.test({
  name: "`watchEventLoop()` samples a stall, and leaves no timer when it is stopped",
  sanitizeOps: true,
  async fn() {
    const delay = new Distribution([0.05, 0.25]);
    const stop = watchEventLoop(delay);
    try {
      const until = performance.now() + 500;
      while (performance.now() < until);
      await eventually(() => delay.counts[2]! > 0);
      assert(delay.sum >= 0.3, `${delay.sum} s`);
    } finally {
      stop();
    }
  },
});
