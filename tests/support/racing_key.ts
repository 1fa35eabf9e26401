// deno-lint-ignore-file no-console -- speaks to the test through its output
import { Buffer } from "node:buffer";
import { signingKey } from "../../db/auth/tokens.ts";

/** A program of its own: prints that it is ready, waits for input, then reads or creates a folder's key. */
console.log("ready");
for await (const _word of Deno.stdin.readable) break;
console.log(Buffer.from(signingKey(Deno.args[0]!)).toString("hex"));
