import assert from "node:assert/strict";
import { reconnectDecision } from "../../../cli/chat/reconnect_policy.ts";

function closed(code: number, reason = "") {
  return reconnectDecision({ kind: "closed", code, reason }, false);
}

Deno.test("`reconnectDecision()` reconnects after a close that nobody decided, and after no other", () => {
  const passing = [1001, 1005, 1006, 1011, 1012, 1013, 1014];
  const final = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 1015, 3000, 4000, 4401, 4403];
  for (const code of passing) assert.equal(closed(code).again, true, String(code));
  for (const code of final) assert.equal(closed(code).again, false, String(code));
});

Deno.test("`reconnectDecision()` gives the reason in one safe line", () => {
  assert.equal(closed(4403, "Spam\n\x1b[2J").because, "Blocked or removed (Spam ␛[2J)");
});

Deno.test("`reconnectDecision()` retries a server that was reached before", () => {
  const unreachable = { kind: "unreachable", detail: "connect ECONNREFUSED" } as const;
  assert.equal(reconnectDecision(unreachable, true).again, false);
  assert.equal(reconnectDecision(unreachable, false).again, true);
  assert.equal(reconnectDecision({ kind: "refused", status: 503, detail: "" }, false).again, true);
  for (const status of [401, 403, 404]) {
    assert.equal(reconnectDecision({ kind: "refused", status, detail: "" }, false).again, false);
  }
});
