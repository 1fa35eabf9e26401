import assert from "node:assert/strict";
import { account, castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const all = { limit: 100 };

/** The admin search ignores case and accents in every script. */
export function searchContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`admin.messages()\` ignores case and accents in every script`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, say } = await castOf(store);
    const find = async (search: string) =>
      (await store.admin.messages({ search }, all)).items.map(({ content }) => content);
    for (const text of ["Привет, мир", "Straße", "ΟΔΟΣ", "Crème brûlée", "İZMİR", "ＦＵＬＬ", "100%"]) {
      await say(alice, text);
    }
    for (
      const [sought, found] of [
        ["привет", "Привет, мир"],
        ["МИР", "Привет, мир"],
        ["STRASSE", "Straße"],
        ["οδός", "ΟΔΟΣ"],
        ["creme BRULEE", "Crème brûlée"],
        ["izmir", "İZMİR"],
        ["full", "ＦＵＬＬ"],
        ["0%", "100%"],
      ]
    ) assert.deepEqual(await find(sought!), [found], `search for ${sought}`);
    assert.deepEqual(await find("пока"), []);
  });

  Deno.test(`${name}: \`admin.messages()\` finds a rare word in pages without gaps or duplicates, and none in deleted messages`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, say } = await castOf(store);
    for (let n = 0; n < 300; n++) {
      const { id } = await say(alice, n % 20 === 0 ? `Привет ${n}` : `сообщение ${n}`);
      if (n === 100) await store.messages.remove(id, alice, T0);
    }
    const found: string[] = [];
    let before: number | undefined;
    do {
      const page = await store.admin.messages({ search: "привет", state: "all" }, { limit: 4, before });
      found.push(...page.items.map(({ content }) => content));
      before = page.next;
    } while (before !== undefined);
    const expected = Array.from({ length: 15 }, (_, n) => 280 - n * 20).filter((n) => n !== 100);
    assert.deepEqual(found, expected.map((n) => `Привет ${n}`));
  });

  Deno.test(`${name}: \`admin.accounts()\` finds by name and email in every order, in pages without gaps or duplicates`, async () => {
    await using opened = await open();
    const { store } = opened;
    await castOf(store);
    const names: string[] = [];
    for (let n = 0; n < 450; n++) {
      const { username } = await account(store, `member${n}`, n % 9 === 0 ? `почта${n}@example.org` : null);
      if (n % 9 === 0) names.push(username);
    }
    for (const sort of ["newest", "name", "last_seen"] as const) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.admin.accounts({ search: "ПОЧТА", sort }, { limit: 7, after }, 0);
        found.push(...page.items.map(({ username }) => username));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual([...found].sort(), [...names].sort(), sort);
      if (sort === "newest") assert.deepEqual(found, [...names].reverse());
    }
    assert.equal((await store.admin.accounts({ search: "ALICE@" }, all, 0)).items[0]?.username, "alice");
  });

  Deno.test(`${name}: \`audit.list()\` ignores case and accents of names in every script`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice } = await castOf(store);
    for (const word of ["каша", "crème"]) await store.words.put({ word, kind: "forbidden" }, alice, T0);
    for (let n = 0; n < 1200; n++) await store.words.put({ word: `word${n}`, kind: "forbidden" }, alice, T0);
    const find = async (target: string) => (await store.audit.list({ target }, all)).items.map((entry) => entry.target);
    assert.deepEqual(await find("КАША"), ["каша"]);
    assert.deepEqual(await find("CREME"), ["crème"]);
    assert.deepEqual(await find("каш"), [], "the whole name");
  });
}
