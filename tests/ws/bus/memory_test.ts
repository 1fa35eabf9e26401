import assert from "node:assert/strict";
import type { RoomEvent } from "../../../ws/event.ts";
import { memoryBus } from "../../../ws/bus/memory.ts";

const line = (content: string): RoomEvent => ({ type: "system", content });

Deno.test("`Bus.publish()` reaches every subscriber of the topic, at once and in order", () => {
  const bus = memoryBus(() => {});
  const heard: string[] = [];
  const hear = (who: string) => (event: RoomEvent) => heard.push(`${who}: ${(event as { content: string }).content}`);
  bus.subscribe("room/1", hear("alice"));
  const leave = bus.subscribe("room/1", hear("bob"));
  bus.subscribe("room/2", hear("carol"));
  bus.publish("room/1", line("one"));
  leave();
  leave();
  bus.publish("room/1", line("two"));
  bus.publish("room/2", line("three"));
  bus.publish("room/3", line("nobody hears"));
  assert.deepEqual(heard, ["alice: one", "bob: one", "alice: two", "carol: three"]);
});

Deno.test("`Bus.publish()` continues after a handler throws", () => {
  const logged: unknown[] = [];
  const bus = memoryBus((level, event) => logged.push([level, event]));
  const heard: string[] = [];
  bus.subscribe("people", () => {
    throw new Error("I am ill");
  });
  bus.subscribe("people", ({ type }) => heard.push(type));
  bus.publish("people", { type: "session_ended", session: "x" as never });
  assert.deepEqual(heard, ["session_ended"]);
  assert.deepEqual(logged, [["error", "Cannot handle event"]]);
});
