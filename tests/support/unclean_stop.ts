import { openStore } from "../../db/open_store.ts";
import { castOf } from "./cast.ts";

/** Exits without closing the store that its argument names, as a killed program does. */
const [url = ""] = Deno.args;
await castOf(await openStore(url));
Deno.exit(0);
