import assert from "node:assert/strict";
import { readOptions } from "../../../cli/chat/options.ts";

Deno.test("`readOptions()` has a default for everything", () => {
  assert.deepEqual(readOptions([]), {
    kind: "chat",
    server: new URL("http://127.0.0.1:8000"),
    room: "general",
    username: undefined,
    register: false,
    follow: false,
  });
});

Deno.test("`readOptions()` reads an address and every flag, in any order", () => {
  assert.deepEqual(readOptions(["-u", "alice", "--follow", "https://chat.example.org", "--room=ops", "--register"]), {
    kind: "chat",
    server: new URL("https://chat.example.org"),
    room: "ops",
    username: "alice",
    register: true,
    follow: true,
  });
});

Deno.test("`readOptions()` prints help before it reports errors", () => {
  assert.deepEqual(readOptions(["nonsense", "--help"]), { kind: "help" });
});

Deno.test("`readOptions()` reports an error in one line", () => {
  const wrong = [
    ["localhost:8000"],
    ["ftp://example.org"],
    ["ws://example.org"],
    ["http://example.org/room"],
    ["http://example.org/?token=x"],
    ["http://example.org", "extra"],
    ["--colour"],
    ["--room"],
    ["--room", ""],
    ["--username", " "],
  ];
  for (const args of wrong) {
    const options = readOptions(args);
    assert.equal(options.kind, "invalid", args.join(" "));
    assert.match(options.kind === "invalid" ? options.detail : "", /^[^\n]{10,160}$/);
  }
});

Deno.test("`readOptions()` refuses a password in an address, and does not repeat it", () => {
  const options = readOptions(["http://alice:secret@example.org"]);
  assert.equal(options.kind, "invalid");
  assert.doesNotMatch(JSON.stringify(options), /secret/);
});
