import assert from "node:assert/strict";
import type { Message } from "../../../db/model.ts";
import type { Connection } from "../../../ws/transport/connection.ts";
import { TEXT_AT_ONCE } from "../../../db/text_at_once.ts";
import { T0 } from "../../support/cast.ts";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { generator } from "../../support/generator.ts";
import { openRoom } from "../../support/room.ts";

interface Shown {
  id: number;
  content: string;
  seq: number;
  rev: number;
}

/** A client's receiving side of the protocol, and nothing more. */
class Reader {
  readonly name: string;
  readonly shown = new Map<number, Shown>();
  /** The highest known rev: where it resumes. */
  rev = 0;
  /** Messages before this seq were not in its first page. */
  from = 0;
  mustReload = false;
  /** How many parts of histories were followed by others. */
  parts = 0;
  readonly #hasLong: boolean;
  #read = 0;
  #head = 0;

  constructor(name: string, hasLong: boolean) {
    this.name = name;
    this.#hasLong = hasLong;
  }

  /** A new connection: allMessages on it is new. */
  connected(): void {
    this.#read = 0;
    this.parts = 0;
    this.mustReload = false;
  }

  read(transport: FakeTransport, after: number | undefined): void {
    const events = transport.events;
    for (; this.#read < events.length; this.#read++) {
      const event = events[this.#read];
      if (event.type === "reload") this.mustReload = true;
      if (event.type === "history") this.#history(event, after);
      if (event.type === "message" || event.type === "edit") this.#live(event);
      if (event.type === "delete") this.#delete(event);
    }
  }

  #history({ messages, head }: { messages: Shown[]; head: number }, after: number | undefined): void {
    const size = messages.reduce((total, { content }) => total + content.length, 0);
    assert(size <= TEXT_AT_ONCE || messages.length === 1, `${this.name}: a history of ${size} bytes`);
    if (after === undefined && this.parts === 0) {
      this.shown.clear();
      // Long messages may be so many that fewer are sent.
      this.from = messages.length < 50 && !this.#hasLong ? 0 : messages[0]?.seq ?? 0;
    }
    this.parts += 1;
    for (const message of messages) {
      assert(message.rev <= head, `${this.name}: history of ${head} contains ${message.rev}`);
      assert(after === undefined || message.rev > after, `${this.name}: after ${after} came ${message.rev} again`);
      this.#put(message);
    }
    this.rev = this.#head = head;
  }

  #live(message: Shown & { type: string }): void {
    assert(message.rev > this.rev, `${this.name}: at ${this.rev} came ${message.rev}`);
    if (message.type === "message") assert(!this.shown.has(message.id), `${this.name}: ${message.id} arrived twice`);
    this.rev = message.rev;
    this.#put(message);
  }

  #delete({ id, rev }: { id: number; rev: number }): void {
    // Changes from before the history was read arrive right after it.
    assert(rev > this.rev || rev <= this.#head, `${this.name}: deletion ${rev} arrived at ${this.rev}`);
    this.rev = Math.max(this.rev, rev);
    this.shown.delete(id);
  }

  #put({ id, content, seq, rev }: Shown): void {
    if (seq >= this.from) this.shown.set(id, { id, content, seq, rev });
  }
}

/** With `long` messages a history is sent in parts, which clients take at random. */
async function story(seed: number, long: boolean): Promise<{ readers: number; parts: number }> {
  await using room = await openRoom();
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  const people = [room.alice, room.bob, room.carol];
  const ids: Message["id"][] = [];
  /** Stored and not yet published. */
  let untold: Message[] = [];
  const readers: { reader: Reader; connection: Connection; transport: FakeTransport; after: number | undefined }[] = [];
  const joining: Promise<unknown>[] = [];

  function connect(reader: Reader, after: number | undefined): void {
    const { connection, transport, subscription } = room.connectionOf(pick(people)!);
    transport.holds = long && random(2) === 0;
    reader.connected();
    readers.push({ reader, connection, transport, after });
    joining.push(room.live.join(subscription, after));
  }

  function comeBack(fresh: boolean): void {
    const at = random(readers.length);
    const [gone] = readers.splice(at, 1);
    if (!gone) return;
    gone.connection.lost();
    gone.reader.read(gone.transport, gone.after);
    // A client that received no history has no rev to resume at.
    const knows = gone.transport.all("history").length > 0 || gone.after !== undefined;
    connect(gone.reader, fresh || gone.reader.mustReload || !knows ? undefined : gone.reader.rev);
  }

  let parts = 0;
  const text = () => long && random(3) > 0 ? pick(LONG)! : "";

  async function post(): Promise<void> {
    const message = await room.say(pick(people)!, `message ${ids.length} ${text()}`);
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
      const edited = id && await room.store.messages.edit(id, `edited ${random(1000)} ${text()}`, T0);
      if (edited?.changed) untold.push(edited.message);
    },
    async () => {
      const id = pick(ids);
      const removed = id && await room.store.messages.remove(id, room.alice, T0);
      if (removed) untold.push(removed);
    },
    () => {
      // The bus delivers in order,
      room.deliver(...untold.splice(0));
    },
    () => {
      // out of order,
      const [message] = untold.splice(random(untold.length), 1);
      if (message) room.deliver(message);
    },
    () => {
      // more than once,
      const message = pick(untold);
      if (message) room.deliver(message);
    },
    () => {
      // or never.
      untold = untold.filter(() => random(4) > 0);
    },
    () => {
      if (readers.length < 6) connect(new Reader(`reader ${seed}.${readers.length}`, long), undefined);
    },
    () => comeBack(false),
    () => comeBack(random(4) === 0),
    () => {
      // The cache may be lost at any time.
      if (random(3) === 0) room.live.forget();
    },
    () => room.clock.advance(random(120)),
    () => room.turn(),
    () => pick(readers)?.transport.take(),
    () => pick(readers)?.transport.take(),
  ];
  for (let step = 0; step < 150; step++) await pick(steps)!();

  // Nothing shows that the last change is missing, so the last one is always delivered.
  room.deliver(await room.say(room.alice, "the end"));
  let isSettled = false;
  Promise.all(joining).then(() => isSettled = true);
  while (!isSettled) {
    for (const { transport } of readers) transport.take();
    await room.turn();
  }
  for (let n = 0; n < 20; n++) await room.clock.advance(100);
  for (const { reader, transport, after } of readers) {
    reader.read(transport, after);
    parts += Math.max(0, reader.parts - 1);
    if (!reader.mustReload) continue;
    assert.fail(`${reader.name} was told to reload, and its gap was small`);
  }

  const { messages, head } = await allMessages(room);
  for (const { reader } of readers) {
    const expected = messages.filter(({ seq }) => seq >= reader.from)
      .map(({ id, content, seq, rev }) => ({ id, content, seq, rev }));
    const actual = [...reader.shown.values()].sort((a, b) => a.seq - b.seq);
    assert.deepEqual(actual, expected, `${reader.name} at ${reader.rev} of ${head}`);
    assert.equal(reader.rev, head);
  }
  return { readers: readers.length, parts };
}

/** Everything in the store, over as many pages as it takes. */
async function allMessages({ store, room }: Awaited<ReturnType<typeof openRoom>>) {
  const { messages, head, more } = await store.messages.history(room.id, { limit: 1000 });
  for (let isMore = more; isMore;) {
    const page = await store.messages.history(room.id, { limit: 1000, before: messages[0]!.seq });
    messages.unshift(...page.messages);
    isMore = page.more;
  }
  return { messages, head };
}

/** Some of which fit into one part of a history. */
const LONG = ["x".repeat(20_000), "y".repeat(50_000), "z".repeat(90_000)];

Deno.test("every client ends with the contents of the store, whatever is lost, delayed or duplicated", async () => {
  let clients = 0;
  for (let seed = 1; seed <= 25; seed++) clients += (await story(seed, false)).readers;
  assert(clients > 25, "the stories have readers");
});

Deno.test("every client ends with the contents of the store when histories are sent in parts during writes", async () => {
  let all = 0;
  for (let seed = 1; seed <= 25; seed++) all += (await story(seed, true)).parts;
  assert(all > 25, `histories sent in parts: ${all}`);
});
