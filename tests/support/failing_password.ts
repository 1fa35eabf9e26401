// deno-lint-ignore-file no-console -- speaks to the test through its output
import { Passwords } from "../../db/auth/password.ts";

/** A program of its own, because Deno prints errors of workers: three jobs that fail, then good ones. */
const passwords = new Passwords(4);
const bad = `$9x$04$${".".repeat(53)}`;
const failed = await Promise.allSettled([1, 2, 3].map(() => passwords.matches("correct horse", bad)));
const hash = await passwords.hash("correct horse");
const matches = await passwords.matches("correct horse", hash);
passwords.close();
console.log(JSON.stringify({ failed: failed.map(({ status }) => status), matches }));
