/// <reference lib="deno.worker" />
/** A worker of the program with the changes of `variant.ts`. */

// Messages that arrive before the program's own module listens would be lost.
const early: MessageEvent[] = [];
const keep = (event: MessageEvent) => void early.push(event);
self.addEventListener("message", keep);
await import("./variant.ts");
await import(new URL(import.meta.url).searchParams.get("module")!);
self.removeEventListener("message", keep);
for (const { data } of early) self.dispatchEvent(new MessageEvent("message", { data }));

export {};
