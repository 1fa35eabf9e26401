import assert from "node:assert/strict";
import { Slots } from "../../routes/slots.ts";
import { ManualClock } from "../support/manual_clock.ts";

function open() {
  const clock = new ManualClock(0);
  return { clock, slots: new Slots({ atOnce: 2, waiting: 2, patience: 1000, clock }) };
}

Deno.test("`Slots.take()` admits as many as there are slots, and the others in order", async () => {
  const { slots, clock } = open();
  const order: string[] = [];
  const take = async (name: string) => {
    const give = await slots.take("alice");
    order.push(name);
    return give;
  };
  const [one, two] = [await take("one"), await take("two")];
  const three = take("three"), four = take("four");
  await clock.advance(10);
  assert.deepEqual(order, ["one", "two"]);
  two();
  two();
  (await three)();
  await four;
  assert.deepEqual(order, ["one", "two", "three", "four"], "a slot released twice counts once");
  one();
  (await four)();
  assert.equal(slots.size, 0, "nothing is kept for keys without slots");
});

Deno.test("`Slots.take()` refuses when the queue is full or the wait too long, and loses no slot", async () => {
  const { slots, clock } = open();
  const held = [await slots.take("alice"), await slots.take("alice")];
  const refused = { code: "rate_limited", retryAfter: 1 };
  const waiting = [slots.take("alice"), slots.take("alice")].map((each) => assert.rejects(each, refused));
  await assert.rejects(slots.take("alice"), refused);
  const give = await slots.take("bob");
  await clock.advance(1000);
  await Promise.all(waiting);
  assert.equal(clock.waiting, 0);
  for (const each of [...held, give]) each();
  const again = [await slots.take("alice"), await slots.take("alice")];
  for (const each of again) each();
  assert.equal(slots.size, 0);
});
