import assert from "node:assert/strict";
import { refuseCommonPassword } from "../../../db/auth/common_passwords.ts";
import { ChatError } from "../../../db/errors.ts";

const alice = { username: "alice-b", email: "Alice.Baker@example.org", instance: "The Shire" };

async function complaintOf(password: string): Promise<string | undefined> {
  try {
    await refuseCommonPassword(password, alice);
    return undefined;
  } catch (error) {
    assert(error instanceof ChatError && error.code === "invalid" && error.field === "password", String(error));
    return error.message;
  }
}

Deno.test("`refuseCommonPassword()` refuses common passwords in any case, also with digits appended", async () => {
  for (
    const password of [
      "password",
      "PASSWORD",
      "12345678",
      "qwertyuiop",
      "iloveyou",
      "1q2w3e4r5t",
      "P@ssw0rd",
      "Passw0rd!",
      "password2026!",
      "changeme123",
      "Football#1",
      "ｐａｓｓｗｏｒｄ",
      "aaaaaaaa",
      "abababababab",
      "        ",
    ]
  ) assert.match(await complaintOf(password) ?? "taken", /too common/, password);
});

Deno.test("`refuseCommonPassword()` refuses passwords derived from the account or the product", async () => {
  for (
    const password of [
      "alice-b1",
      "ALICE-B!",
      "Alice-B 2026",
      "alice.baker@example.org",
      "alice.baker",
      "The Shire",
      "the shire 1",
      "chatterbox",
      "Chatterbox1!",
    ]
  ) assert.match(await complaintOf(password) ?? "taken", /must not be the username/, password);
});

Deno.test("`refuseCommonPassword()` accepts all others", async () => {
  for (
    const password of [
      "correct horse",
      "another horse",
      "hunter2hunter2",
      "x".repeat(72),
      "pässwörd 1",
      "alice-b likes the shire",
      "mein-Fahrrad-ist-rot",
      "почему бы и нет",
      "长江后浪推前浪",
    ]
  ) assert.equal(await complaintOf(password), undefined, password);
  await refuseCommonPassword("correct horse", { username: "al", email: null });
});
