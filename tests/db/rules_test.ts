import assert from "node:assert/strict";
import * as z from "zod";
import { complaint, complaints, content, email, nonce, password, roomSlug, username } from "../../db/rules.ts";

/** The parsed value, or the complaint about it. */
function read(rule: z.ZodType, value: unknown): unknown {
  const parsed = rule.safeParse(value);
  return parsed.success ? parsed.data : new Error(complaint(parsed.error).message);
}

function refuses(rule: z.ZodType, value: unknown, complaint: RegExp): void {
  const answer = read(rule, value);
  assert(answer instanceof Error, `${JSON.stringify(value)} was accepted`);
  assert.match(answer.message, complaint);
}

Deno.test("`username` has 3 to 32 of the allowed characters", () => {
  for (const good of ["bob", "a".repeat(32), "A-Z_a.z-09", "___", "123", "..."]) {
    assert.equal(read(username, good), good);
  }
  for (const typed of [" bob", "bob ", "bob\n", "\u00a0bob\t"]) assert.equal(read(username, typed), "bob");
  refuses(username, "ab", /at least 3/);
  refuses(username, "a".repeat(33), /at most 32/);
  for (const bad of ["al ice", "alice@", "älice", "ali\nce", "<b>", "a/b", "ali\0ce", "ali ce"]) {
    refuses(username, bad, /only A-Z/);
  }
  for (const bad of [undefined, null, 42, ["bob"], {}]) refuses(username, bad, /required/);
});

Deno.test("`password` has 8 characters to 72 bytes, and a longer one is refused, never truncated", () => {
  for (const good of ["12345678", "a".repeat(72), "ü".repeat(36), "\u{1F600}".repeat(18), "        "]) {
    assert.equal(read(password, good), good);
  }
  refuses(password, "1234567", /at least 8 characters/);
  refuses(password, "\u{1F600}".repeat(7), /at least 8 characters/);
  refuses(password, "a".repeat(73), /at most 72 bytes/);
  refuses(password, "ü".repeat(36) + "a", /at most 72 bytes/);
  refuses(password, "pass\0word", /null character/);
  for (const bad of [undefined, null, 12345678]) refuses(password, bad, /required/);
});

Deno.test("`password` is normalized before it is counted", () => {
  assert.equal(read(password, "Zoe\u0308's horse"), "Zo\u00eb's horse");
  assert.equal(read(password, "correct\u00a0horse"), "correct horse");
  assert.equal(read(password, "u\u0308".repeat(36)), "\u00fc".repeat(36));
  refuses(password, "u\u0308".repeat(4), /at least 8 characters/);
  refuses(password, "u\u0308".repeat(1_000_000), /at most 72 bytes/);
});

Deno.test("`email` is an address or null", () => {
  assert.equal(read(email, "alice@example.org"), "alice@example.org");
  assert.equal(read(email, " info@пример.рф "), "info@пример.рф");
  assert.equal(read(email, "zoe\u0308@example.org"), "zo\u00eb@example.org");
  for (const nothing of [undefined, "", "  "]) assert.equal(read(email, nothing), undefined);
  for (const bad of ["alice", "alice@", "@example.org", "a b@example.org", "a@b@c.org", 42]) {
    refuses(email, bad, /not a valid address/);
  }
  refuses(email, `${"a".repeat(60)}@${`${"b".repeat(60)}.`.repeat(4)}org`, /at most 254|not a valid address/);
});

Deno.test("`content` keeps what was written, without control characters", () => {
  assert.equal(read(content, "Hello\n\n  world \n"), "Hello\n\n  world");
  assert.equal(read(content, "a\r\nb\rc"), "a\nb\nc");
  assert.equal(read(content, "a\0b\x07c\x1b[31md\x7f\te"), "abc[31md\te");
  assert.equal(read(content, "\ud800 half a pair"), "\ufffd half a pair");
  assert.equal(read(content, "\u{1F468}\u200d\u{1F469}\u200d\u{1F467}"), "\u{1F468}\u200d\u{1F469}\u200d\u{1F467}");
  assert.equal(read(content, "<script>"), "<script>", "escaping is the renderer's duty");
});

Deno.test("`content` has 1 to 10000 visible characters", () => {
  assert.equal(read(content, "a".repeat(10_000)), "a".repeat(10_000));
  assert.equal(read(content, ` ${"a".repeat(10_000)} `), "a".repeat(10_000));
  refuses(content, "a".repeat(10_001), /at most 10000/);
  for (const empty of ["", " \n\t ", "\0\x01"]) refuses(content, empty, /empty/);
  for (const bad of [undefined, null, 42, {}, ["Hello"]]) refuses(content, bad, /Invalid message format/);
});

Deno.test("`content` keeps the indent of its first line and drops empty lines around the text", () => {
  const code = "    if (x) {\n      return;\n    }";
  assert.equal(read(content, code), code);
  assert.equal(read(content, `\n \t\n${code}\n\n `), code);
  assert.equal(read(content, " * a\n * b"), " * a\n * b");
  assert.equal(read(content, "\n  one line "), "one line");
});

Deno.test("`content` is refused as empty when nothing in it is visible", () => {
  const invisible = [
    ["space of some other width", "\u00a0\u2003\u3000\u205f"],
    ["zero-width space, joiner, non-joiner", "\u200b\u200d\u200c\ufeff\u2060"],
    ["direction", "\u200e\u202e\u202c\u2066\u2069\u061c"],
    ["filler", "\u115f\u1160\u3164\uffa0"],
    ["empty Braille pattern", "\u2800"],
    ["soft hyphen, grapheme joiner", "\u00ad\u034f"],
    ["variation selectors, tags", "\ufe0f\u{e0100}\u{e0041}\u{e007f}"],
    ["marks that combine with nothing", "\u0301\u0489\u20e3"],
    ["invisible operators and separators", "\u2061\u2063\u2028\u2029\u180e\ufff9"],
    ["C1 controls", "\x85\x9f"],
  ] as const;
  for (const [what, text] of invisible) {
    refuses(content, text, /empty/);
    refuses(content, ` ${text}\n${text} `, /empty/);
    assert.equal(read(content, `${text}x`) instanceof Error, false, `${what} beside a letter`);
  }
  for (
    const visible of [".", "\u{1F600}", "\u{1F468}\u200d\u{1F469}", "e\u0301", "\u0930\u093e", "\u{1F1E9}\u{1F1EA}"]
  ) {
    assert.equal(read(content, visible), visible);
  }
});

Deno.test("`nonce` has 1 to 64 characters", () => {
  for (const good of ["1", "n".repeat(64)]) assert.equal(read(nonce, good), good);
  refuses(nonce, "", /empty/);
  refuses(nonce, "n".repeat(65), /at most 64/);
  refuses(nonce, 1, /text/);
});

Deno.test("`roomSlug` needs no escaping in a URL", () => {
  for (const good of ["general", "a", "0", "team-2", "a".repeat(64)]) assert.equal(read(roomSlug, good), good);
  for (const bad of ["", "-a", "A", "a_b", "a/b", "..", "a b", "a".repeat(65), "general\n"]) {
    refuses(roomSlug, bad, /not a valid name/);
  }
});

Deno.test("`complaint()` returns the first complaint and its field", () => {
  const form = z.object({ username, password });
  const { error } = form.safeParse({ username: "x", password: "y" });
  assert.deepEqual(complaint(error!), { message: "Username must have at least 3 characters", field: "username" });
});

Deno.test("`complaints()` returns one for each invalid field", () => {
  const { error } = z.object({ username, email, password }).safeParse({
    username: "!",
    email: "x",
    password: "12345678",
  });
  assert.deepEqual(complaints(error!), {
    username: "Username must have at least 3 characters",
    email: "Email is not a valid address",
  });
});
