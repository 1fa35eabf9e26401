import assert from "node:assert/strict";
import { accountActNames, accountActs } from "../../views/admin/account_acts.tsx";
import { actions } from "../../views/admin/facts.tsx";
import { reportActNames } from "../../views/admin/report_acts.tsx";
import { everyCommand } from "../../ws/commands/all.ts";
import { openAdministration } from "../support/administration.ts";

Deno.test("every act in the tables is an administrators' command, and every such command is in a table", async () => {
  await using app = await openAdministration();
  const acts = [...accountActNames, ...reportActNames.map((name) => `report_${name}`)];
  const others = ["put_word", "remove_word", "change_settings"];
  const forbidden = [];
  for (const { type } of everyCommand) {
    const fields = { user: "alice", report: 1, messages: "keep", word: "x y", kind: "allowed", id: 1, content: "x" };
    const room = (await app.store.rooms.findFor(app.bob.id, "general"))!;
    const answer = await app.dispatch(app.bob, { type, fields }, { room }).catch((error) => error);
    if (answer?.message === "Only administrators may do this") forbidden.push(type);
  }
  assert.deepEqual(forbidden.sort(), [...acts, ...others].sort());
});

Deno.test("every act on an account has its own action and label in the audit log", async () => {
  const before: Record<string, string> = { unblock: "block", demote: "promote", reset_warnings: "warn" };
  for (const act of accountActNames) {
    await using app = await openAdministration();
    if (before[act] !== undefined) await app.post(`/admin/users/2/${before[act]}`);
    const answer = await app.post(`/admin/users/2/${act}`, { messages: "keep", reason: "because" });
    assert.deepEqual([answer.status, answer.body.message], [200, accountActs[act].done], act);
    assert.match((await app.audit(1))[0]!, new RegExp(`^alice ${act} bob`));
    assert.equal(actions[act], accountActs[act].logged);
  }
});
