import assert from "node:assert/strict";
import { BrowserKeys } from "../../db/auth/browser_keys.ts";
import type { UserId } from "../../db/model.ts";
import { SealedStorage } from "../../static/js/sealed_storage.js";
import { tempStore } from "../support/temp_store.ts";
import { MemoryStorage } from "./memory_storage.ts";

const DAY = 24 * 60 * 60 * 1000;

const key = (fill: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));

function storageOf(backend: MemoryStorage, viewer: number, now = Date.now) {
  return new SealedStorage({ viewer, key: key(viewer), backend, now });
}

Deno.test("stored items can be read by the same user only, and are sealed in the browser", () => {
  const backend = new MemoryStorage();
  const alice = storageOf(backend, 1);
  assert.equal(alice.set("general/draft", "a secret \u{1F642}\n"), true);
  assert.equal(storageOf(backend, 1).get("general/draft"), "a secret \u{1F642}\n");
  assert.doesNotMatch(backend.everything, /secret/);
  const bob = storageOf(backend, 2);
  assert.equal(bob.get("general/draft"), undefined);
  assert.deepEqual(bob.names(""), []);
  const bobAsAlice = new SealedStorage({ viewer: 1, key: key(2), backend });
  assert.equal(bobAsAlice.get("general/draft"), undefined);
});

Deno.test("an item is valid under its own name only, and a damaged one is removed", () => {
  const backend = new MemoryStorage();
  const alice = storageOf(backend, 1);
  alice.set("first", { text: "one" });
  const sealed = backend.getItem("chatterbox/1/first")!;
  for (const text of [sealed, sealed.slice(0, -1), sealed.replace(/.$/, "!"), "", "nonsense", "a.b", `${sealed}AAAA`]) {
    backend.setItem("chatterbox/1/second", text);
    assert.equal(alice.get("second"), undefined);
    assert.equal(alice.has("second"), false);
  }
  assert.deepEqual(alice.get("first"), { text: "one" });
});

Deno.test("items older than thirty days are removed for every user; other keys of the origin stay", () => {
  const backend = new MemoryStorage();
  backend.setItem("elsewhere", "kept");
  backend.setItem("chatterbox/9/odd", "!");
  storageOf(backend, 1, () => 0).set("old", "x");
  storageOf(backend, 2, () => 2 * DAY).set("young", "x");
  storageOf(backend, 3, () => 31 * DAY).prune();
  assert.deepEqual([storageOf(backend, 1).names(""), storageOf(backend, 2).names("")], [[], ["young"]]);
  assert.deepEqual([backend.getItem("elsewhere"), backend.getItem("chatterbox/9/odd")], ["kept", null]);
  storageOf(backend, 2, () => 0).prune();
  assert.deepEqual(storageOf(backend, 2).names(""), ["young"], "a clock that was set back");
});

Deno.test("a full storage is reported, and existing items stay", () => {
  const full = storageOf(new MemoryStorage(300), 1);
  assert.equal(full.set("a", "short"), true);
  assert.equal(full.set("a", "x".repeat(1000)), false);
  assert.equal(full.get("a"), "short");

  const backend = new MemoryStorage();
  const alice = storageOf(backend, 1);
  let count = 0;
  while (alice.set(`message ${count}`, "x".repeat(100_000))) count += 1;
  assert(count >= 10 && count <= 20, `${count}`);
  assert.equal(alice.set("message 0", "y".repeat(100_000)), true, "in place of another");
  assert.equal(storageOf(backend, 2).set("a", "short"), true, "one user leaves room for the next");
});

Deno.test("without a storage nothing is kept and nothing breaks", () => {
  const none = new SealedStorage({ viewer: 1, key: key(1), backend: null as never });
  const forbidden = new Proxy({}, {
    get() {
      throw new DOMException("Forbidden", "SecurityError");
    },
  });
  for (const storage of [none, new SealedStorage({ viewer: 1, key: key(1), backend: forbidden as never })]) {
    assert.equal(storage.set("a", "b"), false);
    assert.equal(storage.get("a"), undefined);
    assert.deepEqual(storage.names(""), []);
    storage.remove("a");
    storage.prune();
  }
});

Deno.test("`BrowserKeys` gives each user a 256-bit key, stable across restarts and different per instance", async () => {
  await using first = await tempStore();
  const keys = await BrowserKeys.load(first.store);
  const [alice, bob] = [keys.of(1 as UserId), keys.of(2 as UserId)];
  assert.match(alice, /^[\w-]{43}$/);
  assert.notEqual(alice, bob);
  assert.equal((await BrowserKeys.load(first.store)).of(1 as UserId), alice);
  await using second = await tempStore();
  assert.notEqual((await BrowserKeys.load(second.store)).of(1 as UserId), alice);
});
