import assert from "node:assert/strict";
import type { Store } from "../../db/store.ts";
import { castOf, T0 } from "../support/cast.ts";
import { sessionOf } from "../support/models.ts";
import type { OpenEmpty } from "./store.ts";

/** Description of the newest entry in the audit log. */
async function newest(store: Store): Promise<string> {
  const { items: [entry] } = await store.audit.list({}, { limit: 1 });
  return entry ? `${entry.actor}: ${entry.action} ${entry.target}, ${entry.reason}` : "";
}

/** Changes made by another process or by the operator. */
export function externalChangesContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`changedExternally()\` reports a commit by another process once, and never our own`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, say } = await castOf(store);
    assert.equal(await store.changedExternally(), false);
    await using other = await opened.again();
    assert.equal(await store.changedExternally(), false, "opening the store changes nothing");
    for (let n = 0; n < 100; n++) await say(bob, `message ${n}`);
    assert.equal(await store.changedExternally(), false, "own commit");
    await other.moderation.block(bob.id, alice, "", T0);
    assert.equal(await other.changedExternally(), true);
    assert.deepEqual([await store.changedExternally(), await store.changedExternally()], [true, false]);
    await assert.rejects(other.moderation.block(alice.id, "command line", "", T0));
    await other.users.list();
    assert.equal(await store.changedExternally(), false, "nothing committed");
    await Promise.all([say(alice, "Hello"), other.moderation.unblock(bob.id, alice, "", T0)]);
    assert.equal(await store.changedExternally(), true, "mixed with own commits");
    assert.equal((await store.users.find(bob.id))?.isBlocked, false, "the other commit is still seen");
  });

  Deno.test(`${name}: \`audit.since()\` returns every act after an id, in order`, async () => {
    await using opened = await open();
    const { store } = opened;
    assert.deepEqual([await store.audit.newest(), await store.audit.since(0, 10)], [0, []]);
    const { alice, bob } = await castOf(store);
    await store.moderation.block(bob.id, alice, "", T0);
    const id = await store.audit.newest();
    await store.words.put({ word: "aardvark", kind: "forbidden" }, alice, T0);
    await store.moderation.unblock(bob.id, alice, "", T0);
    await store.moderation.setAdmin(bob.id, true, alice, T0);
    const acts = await store.audit.since(id, 2);
    assert.deepEqual(acts.map(({ action, target }) => [action, target]), [["forbid_word", null], ["unblock", bob.id]]);
    const rest = await store.audit.since(acts[1]!.id, 2);
    assert.deepEqual(rest.map((act) => ({ ...act })), [{
      id: await store.audit.newest(),
      action: "promote",
      target: bob.id,
    }]);
  });

  Deno.test(`${name}: \`users.create()\` records an act when somebody else creates the account`, async () => {
    await using opened = await open();
    const { store } = opened;
    await castOf(store);
    assert.equal(await store.audit.newest(), 0, "registration is not in the audit log");
    const create = (username: string, isAdmin: boolean) =>
      store.users.create({ username, email: null, passwordHash: "x" }, T0, { by: "command line", isAdmin });
    assert.equal((await create("dave", false)).isAdmin, false);
    assert.equal(await newest(store), "command line: create_account dave, ");
    assert.equal((await create("erin", true)).isAdmin, true);
    assert.equal(await newest(store), "command line: create_account erin, administrator");
    await assert.rejects(create("ERIN", true), { code: "conflict" });
    assert.equal((await store.audit.list({ actor: "Command Line" }, { limit: 10 })).items.length, 2);
  });

  Deno.test(`${name}: \`moderation.setPassword()\` ends all sessions and revokes the reset link`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    const [bobs, alices] = [sessionOf(bob), sessionOf(alice)];
    for (const session of [bobs, alices]) await store.sessions.create(session);
    const link = await store.moderation.startPasswordReset(bob.id, "command line", T0);
    await store.moderation.setPassword(bob.id, "new hash", "command line", T0);
    assert.equal((await store.users.findLogin("bob"))?.passwordHash, "new hash");
    assert.equal(await store.sessions.find(bobs.id, T0), undefined);
    assert.equal((await store.sessions.find(alices.id, T0))?.user.id, alice.id);
    assert.equal(await store.moderation.findPasswordReset(link, T0), undefined);
    assert.equal(await newest(store), "command line: set_password bob, ");
    await store.moderation.deleteAccount(bob.id, "keep", alice, T0);
    await assert.rejects(store.moderation.setPassword(bob.id, "x", "command line", T0), { code: "not_found" });
  });
}
