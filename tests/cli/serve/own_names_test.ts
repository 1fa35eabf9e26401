import assert from "node:assert/strict";
import { hostname } from "node:os";
import { ownNames } from "../../../cli/serve/own_names.ts";

Deno.test("`ownNames()` are the listening name and the machine's names, in lower case", () => {
  const first = hostname().split(".")[0]!.toLowerCase();
  const names = ownNames("Chat.lan.");
  assert.deepEqual(
    [...new Set(names)].sort(),
    [...new Set(["chat.lan", hostname().toLowerCase(), first, `${first}.local`])].sort(),
  );
});

Deno.test("`ownNames()` excludes addresses", () => {
  for (const host of ["::1", "::", ""]) assert(!ownNames(host).includes(host));
});
