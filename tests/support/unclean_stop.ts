import { openStore } from "../../db/open_store.ts";
import { castOf } from "./cast.ts";

/** Ends without closing the store that its argument names, as a program does that is killed. */
const [url = ""] = Deno.args;
await castOf(await openStore(url));
Deno.exit(0);
