import assert from "node:assert/strict";
import { canonicalLogin, canonicalPassword, emailKey, isEmail } from "../../../db/names/canonical.ts";

Deno.test("`canonicalPassword()` maps equivalent spellings to one and keeps different passwords apart", () => {
  for (
    const [one, other] of [
      ["Zoë's café", "Zoë's café".normalize("NFD")],
      ["\u00c5ngstr\u00f6m", "A\u030angstro\u0308m"],
      ["\u212bngstr\u00f6m", "\u00c5ngstr\u00f6m"],
      ["한국어 암호", "한국어 암호".normalize("NFD")],
      ["correct horse", "correct\u00a0horse"],
      ["correct horse", "correct\u3000horse"],
    ] as const
  ) {
    assert.notEqual(one, other);
    assert.equal(canonicalPassword(one), canonicalPassword(other), one);
  }
  for (
    const [one, other] of [
      ["correct horse", "Correct horse"],
      ["correct horse", "correct horse "],
      ["correct horse", "correct  horse"],
      ["ﬁne weather", "fine weather"],
      ["１２３４５６７８", "12345678"],
      ["café au lait", "cafe au lait"],
    ] as const
  ) assert.notEqual(canonicalPassword(one), canonicalPassword(other), one);
});

Deno.test("`canonicalLogin()` ignores case, surrounding space and character width", () => {
  for (const name of ["alice", "ALICE", " alice ", "alice\u00a0", "\talice\r\n", "ａｌｉｃｅ"]) {
    assert.equal(canonicalLogin(name), "alice", JSON.stringify(name));
  }
  assert.notEqual(canonicalLogin("alíce"), "alice");
  assert.notEqual(canonicalLogin("al ice"), "alice");
  assert.equal(canonicalLogin(" Alice@Example.ORG "), "alice@example.org");
});

Deno.test("`emailKey()` is the same for a domain in its own script and in punycode, and for no other", () => {
  for (const email of ["info@пример.рф", "INFO@ПРИМЕР.РФ", " info@xn--e1afmkfd.xn--p1ai ", "Info@Xn--E1afmkfd.рф"]) {
    assert.equal(emailKey(email), "info@xn--e1afmkfd.xn--p1ai", email);
  }
  assert.equal(emailKey("zoë@bücher.example"), emailKey("ZOË@BÜCHER.example".normalize("NFD")));
  assert.notEqual(emailKey("zoë@example.org"), emailKey("zoe@example.org"));
  assert.notEqual(emailKey("info@рaypal.example"), emailKey("info@paypal.example"), "a Cyrillic р is not a Latin p");
  for (const odd of ["@", "a@", "@b", "a@b@c", "a@..", "a@xn--\u00e9"]) assert.equal(typeof emailKey(odd), "string");
});

Deno.test("`isEmail()` accepts addresses in every script and nothing else", () => {
  for (
    const email of [
      "alice@example.org",
      "Alice.B+chat@sub.example.co.uk",
      "o'brien@example.ie",
      "info@пример.рф",
      "info@xn--e1afmkfd.xn--p1ai",
      "почта@пример.рф",
      "用户@例子.广告",
      "zoë@bücher.example",
      "test@उदाहरण.परीक्षा",
      "_a-@example.org",
      `${"a".repeat(64)}@example.org`,
    ]
  ) assert.equal(isEmail(email), true, email);
  for (
    const text of [
      "alice",
      "@example.org",
      "alice@",
      "alice@example",
      "alice@localhost",
      "alice@127.0.0.1",
      "alice@[127.0.0.1]",
      "alice@.example.org",
      "alice@example..org",
      "alice@-example.org",
      "alice@example-.org",
      "alice@exa mple.org",
      "al ice@example.org",
      "alice@@example.org",
      ".alice@example.org",
      "alice.@example.org",
      "al..ice@example.org",
      "alice@example.org\n",
      "ali\u200bce@example.org",
      "ali\u202ece@example.org",
      "<alice@example.org>",
      "alice@example.org/path",
      "alice@example.org:25",
      "alice@example.org?x",
      "=cmd|'/c calc'@example.org",
      `${"a".repeat(65)}@example.org`,
      `${"ü".repeat(33)}@example.org`,
      `a@${"b".repeat(64)}.org`,
    ]
  ) assert.equal(isEmail(text), false, text);
});
