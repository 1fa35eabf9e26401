import assert from "node:assert/strict";
import { hasUnseen, isReserved, looksLike, mixesScripts, skeleton } from "../../../db/names/confusable.ts";

Deno.test("`looksLike()` matches confusable names in both directions", () => {
  const pairs = [
    ["alice", "a1ice"],
    ["alice", "aIice"],
    ["alice", "AL1CE"],
    ["bob", "b0b"],
    ["bob", "80b"],
    ["mary", "rnary"],
    ["mary", "m4ry"],
    ["wanda", "vvanda"],
    ["dan", "clan"],
    ["ann-marie", "ann.marie"],
    ["alice", "_alice_"],
    ["steve", "5teve"],
    ["alice", "аlice"],
    ["Елена", "Eлена"],
    ["alice", "ａｌｉｃｅ"],
    ["alice", "al\u200Bice"],
    ["alice", "àlice"],
  ];
  for (const [one, other] of pairs) {
    assert.equal(skeleton(one!), skeleton(other!), `${one} ${other}`);
    assert.ok(looksLike(one!, other!) && looksLike(other!, one!), `${one} ${other}`);
  }
});

Deno.test("`looksLike()` keeps similar names apart", () => {
  const pairs = [
    ["neil", "nell"],
    ["delia", "della"],
    ["ali", "all"],
    ["lucia", "luda"],
    ["bob", "rob"],
    ["anna", "ann4"],
    ["user1", "user11"],
    ["user2", "user3"],
    ["Ivan", "Иван"],
  ];
  for (const [one, other] of pairs) assert.ok(!looksLike(one!, other!), `${one} ${other}`);
});

Deno.test("`skeleton()` keeps digits apart", () => {
  const names = Array.from({ length: 2000 }, (_, n) => `user${n}`);
  assert.equal(new Set(names.map(skeleton)).size, names.length);
});

Deno.test("`isReserved()` refuses names that suggest authority and accepts those of people", () => {
  const kept = ["admin", "Admin", "adm1n", "adrnin", "Ad.min", "admin1", "admin_2024", "administrator", "system"];
  kept.push("everyone", "here", "a11", "aII", "deleted_user", "root", "chatterb0x", "command-line", "support-7", "bot");
  for (const name of kept) assert.ok(isReserved(name), name);
  for (
    const name of ["Ali", "Ian", "robot", "buildbot", "alice", "Herer", "Rooter", "Moda", "bot1", "Hana", "Stefan"]
  ) {
    assert.ok(!isReserved(name), name);
  }
});

Deno.test("`mixesScripts()` checks each word and knows which scripts go together", () => {
  for (const name of ["Chаt", "Ρaypal", "مرحباabc", "Сlub 7"]) assert.ok(mixesScripts(name), name);
  const honest = [
    "Chat",
    "Клуб Chess",
    "チャットroom",
    "日本語abc",
    "한국chat",
    "Ελλάδα",
    "مرحبا",
    "Ünïcode",
    "C-3PO",
    "नमस्ते",
  ];
  for (const name of honest) assert.ok(!mixesScripts(name), name);
});

Deno.test("`hasUnseen()` finds invisible and bidirectional characters, and allows joiners in emoji and scripts", () => {
  for (const name of ["a\u200Bb", "x\u202Ey", "a\u00ADb", "a\u200Db", "\u3164", "a\nb", "\u2066a"]) {
    assert.ok(hasUnseen(name), JSON.stringify(name));
  }
  for (const name of ["👩‍💻 devs", "می‌خواهم", "Chess club", "é", "क्‍ष"]) assert.ok(!hasUnseen(name), name);
});
