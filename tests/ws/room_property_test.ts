import assert from "node:assert/strict";
import type { Message } from "../../db/model.ts";
import type { Connection } from "../../ws/connection.ts";
import { T0 } from "../support/cast.ts";
import type { FakeWire } from "../support/fake_wire.ts";
import { generator } from "../support/generator.ts";
import { openRoom } from "../support/room.ts";

interface Shown {
  id: number;
  content: string;
  seq: number;
  rev: number;
}

/** What a client does with what it receives: the protocol's reading side, and nothing more. */
class Reader {
  readonly name: string;
  readonly shown = new Map<number, Shown>();
  /** The highest revision it knows of: where it resumes. */
  rev = 0;
  /** Messages before this place were not in its first page. */
  from = 0;
  mustReload = false;
  #read = 0;
  #head = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** A new connection: everything on it is new. */
  connected(): void {
    this.#read = 0;
    this.mustReload = false;
  }

  read(wire: FakeWire, after: number | undefined): void {
    const events = wire.events;
    for (; this.#read < events.length; this.#read++) {
      const event = events[this.#read];
      if (event.type === "reload") this.mustReload = true;
      if (event.type === "history") this.#history(event, after);
      if (event.type === "message" || event.type === "edit") this.#live(event);
      if (event.type === "delete") this.#delete(event);
    }
  }

  #history({ messages, head }: { messages: Shown[]; head: number }, after: number | undefined): void {
    if (after === undefined) {
      this.shown.clear();
      this.from = messages.length < 50 ? 0 : messages[0]!.seq;
    }
    for (const message of messages) {
      assert(message.rev <= head, `${this.name}: history of ${head} holds ${message.rev}`);
      assert(after === undefined || message.rev > after, `${this.name}: after ${after} came ${message.rev} again`);
      this.#put(message);
    }
    this.rev = this.#head = head;
  }

  #live(message: Shown & { type: string }): void {
    assert(message.rev > this.rev, `${this.name}: at ${this.rev} came ${message.rev}`);
    if (message.type === "message") assert(!this.shown.has(message.id), `${this.name}: ${message.id} came twice`);
    this.rev = message.rev;
    this.#put(message);
  }

  #delete({ id, rev }: { id: number; rev: number }): void {
    // What went before the history was read comes right behind it.
    assert(rev > this.rev || rev <= this.#head, `${this.name}: at ${this.rev} came the deletion ${rev}`);
    this.rev = Math.max(this.rev, rev);
    this.shown.delete(id);
  }

  #put({ id, content, seq, rev }: Shown): void {
    if (seq >= this.from) this.shown.set(id, { id, content, seq, rev });
  }
}

async function story(seed: number): Promise<number> {
  await using room = await openRoom();
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  const people = [room.alice, room.bob, room.carol];
  const ids: Message["id"][] = [];
  /** Stored, and not yet told to the room. */
  let untold: Message[] = [];
  const readers: { reader: Reader; connection: Connection; wire: FakeWire; after: number | undefined }[] = [];
  const joining: Promise<unknown>[] = [];

  function connect(reader: Reader, after: number | undefined): void {
    const { connection, wire } = room.connectionOf(pick(people)!);
    reader.connected();
    readers.push({ reader, connection, wire, after });
    joining.push(room.live.join(connection, after));
  }

  function comeBack(fresh: boolean): void {
    const at = random(readers.length);
    const [gone] = readers.splice(at, 1);
    if (!gone) return;
    gone.connection.lost();
    gone.reader.read(gone.wire, gone.after);
    // One whose history never came knows no place to resume at.
    const knows = gone.wire.all("history").length > 0 || gone.after !== undefined;
    connect(gone.reader, fresh || gone.reader.mustReload || !knows ? undefined : gone.reader.rev);
  }

  async function post(): Promise<void> {
    const message = await room.say(pick(people)!, `message ${ids.length}`);
    ids.push(message.id);
    untold.push(message);
  }

  const steps: (() => void | Promise<void>)[] = [
    post,
    post,
    post,
    post,
    async () => {
      const id = pick(ids);
      const edited = id && await room.store.messages.edit(id, `edited ${random(1000)}`, T0);
      if (edited?.changed) untold.push(edited.message);
    },
    async () => {
      const id = pick(ids);
      const removed = id && await room.store.messages.remove(id, room.alice, T0);
      if (removed) untold.push(removed);
    },
    () => {
      // The bus is in order,
      room.deliver(...untold.splice(0));
    },
    () => {
      // or out of it,
      const [message] = untold.splice(random(untold.length), 1);
      if (message) room.deliver(message);
    },
    () => {
      // says things twice,
      const message = pick(untold);
      if (message) room.deliver(message);
    },
    () => {
      // or never.
      untold = untold.filter(() => random(4) > 0);
    },
    () => {
      if (readers.length < 6) connect(new Reader(`reader ${seed}.${readers.length}`), undefined);
    },
    () => comeBack(false),
    () => comeBack(random(4) === 0),
    () => {
      // Memory may be lost at any time.
      if (random(3) === 0) room.live.forget();
    },
    () => room.clock.advance(random(120)),
    () => room.turn(),
  ];
  for (let step = 0; step < 150; step++) await pick(steps)!();

  // Nothing shows that the last change is missing, so the last one is told.
  room.deliver(await room.say(room.alice, "the end"));
  await Promise.all(joining);
  for (let n = 0; n < 20; n++) await room.clock.advance(100);
  for (const { reader, wire, after } of readers) {
    reader.read(wire, after);
    if (!reader.mustReload) continue;
    assert.fail(`${reader.name} was told to reload, and its gap was small`);
  }

  const { messages, head } = await room.store.messages.history(room.room.id, { limit: 1000 });
  for (const { reader } of readers) {
    const expected = messages.filter(({ seq }) => seq >= reader.from)
      .map(({ id, content, seq, rev }) => ({ id, content, seq, rev }));
    const actual = [...reader.shown.values()].sort((a, b) => a.seq - b.seq);
    assert.deepEqual(actual, expected, `${reader.name} at ${reader.rev} of ${head}`);
    assert.equal(reader.rev, head);
  }
  return readers.length;
}

Deno.test("whatever is said, lost, delayed or told twice, every client ends up with what the store holds", async () => {
  let clients = 0;
  for (let seed = 1; seed <= 25; seed++) clients += await story(seed);
  assert(clients > 25, "the stories had readers");
});
