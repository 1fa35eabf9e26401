// deno-lint-ignore-file no-console -- speaks to the test through its output
import { Buffer } from "node:buffer";
import { signingKey } from "../../db/auth/tokens.ts";

/** A program of its own: says that it is ready, waits for the word, then reads or makes the key of a folder. */
console.log("ready");
for await (const _word of Deno.stdin.readable) break;
console.log(Buffer.from(signingKey(Deno.args[0]!)).toString("hex"));
