import assert from "node:assert/strict";
import type { Message, User } from "../../../db/model.ts";
import { ChatPage } from "../../../views/chat.tsx";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import { jsonEncoding, messageJson } from "../../../ws/encoding/json.ts";
import type { Connection } from "../../../ws/transport/connection.ts";
import type { Encoding } from "../../../ws/encoding/encoding.ts";
import { T0 } from "../../support/cast.ts";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { generator } from "../../support/generator.ts";
import { openRoom } from "../../support/room.ts";

type LiveRoom = Awaited<ReturnType<typeof openRoom>>;

/** A user's page: rendered once and changed by the fragments that arrive. */
interface Page {
  readonly encoding: Encoding;
  /** Where it resumes. */
  readonly head: number;
  mustReload: boolean;
  wasAway: boolean;
  take(frame: string): void;
  /** Compares it with the room as rendered now, element by element. */
  check(room: LiveRoom): Promise<void>;
}

/** All of the room that is stored, as a page request returns it. */
async function historyOf({ store, room }: LiveRoom, limit: number) {
  return await store.messages.history(room.id, { limit });
}

/** The messages of a page as `GET /` renders it: one element each, by id. */
async function rendered(room: LiveRoom, limit: number) {
  const page = String(
    <ChatPage
      browserKey="key"
      asset={(file) => `/static/${file}`}
      name="Chatterbox"
      viewer={room.alice}
      room={room.room}
      rooms={[room.room]}
      online={{ users: [], count: 0 }}
      {...await historyOf(room, limit)}
    />,
  );
  const [, head, seen, list] = /<ol id="messages"[^>]* data-head="(\d+)" data-seen="([^"]*)">(.*?)<\/ol>/s.exec(page)!;
  const marks = seen!.split(" ").filter((mark) => mark !== "").map((mark) => mark.split(":") as [string, string]);
  return {
    head: Number(head),
    elements: elementsIn(list!),
    marks: new Map(marks.map(([by, seq]) => [by, Number(seq)])),
  };
}

function elementsIn(html: string): string[] {
  return html.match(/<li id="message-.*?<\/li>/gs) ?? [];
}

function number(element: string, name: string): number {
  const found = new RegExp(` ${name}="(\\d+)"`).exec(element)?.[1];
  assert(found !== undefined, `${name} in ${element}`);
  return Number(found);
}

/** What static/js/room/log.js does with the fragments, without a browser. */
class BrowserPage implements Page {
  readonly encoding = htmlEncoding;
  head = 0;
  mustReload = false;
  wasAway = false;
  readonly #elements = new Map<string, string>();
  #marks = new Map<string, number>();
  #first = 0;

  static async open(room: LiveRoom): Promise<Page> {
    const page = new BrowserPage();
    const { head, elements, marks } = await rendered(room, 50);
    page.head = head;
    page.#marks = marks;
    for (const element of elements) page.#elements.set(idOf(element), element);
    page.#first = elements.length < 50 ? 0 : number(elements[0]!, "data-seq");
    return page;
  }

  take(frame: string): void {
    if (frame.includes("<hx-reload")) this.mustReload = true;
    for (const [, by, seq] of frame.matchAll(/<hx-seen by="(\d+)" seq="(\d+)" room="general"><\/hx-seen>/g)) {
      this.#marks.set(by!, Math.max(this.#marks.get(by!) ?? 0, Number(seq)));
    }
    for (const element of elementsIn(frame)) {
      const rev = number(element, "data-rev");
      this.head = Math.max(this.head, rev);
      const known = this.#elements.get(idOf(element));
      if (known !== undefined && number(known, "data-rev") >= rev) continue;
      if (/^<li [^>]* hidden/.test(element)) this.#elements.delete(idOf(element));
      else if (known !== undefined || number(element, "data-seq") >= this.#first) {
        this.#elements.set(idOf(element), element);
      }
    }
  }

  async check(room: LiveRoom): Promise<void> {
    const fresh = await rendered(room, 1000);
    const expected = fresh.elements.filter((element) => number(element, "data-seq") >= this.#first);
    const bySeq = (a: string, b: string) => number(a, "data-seq") - number(b, "data-seq");
    assert.deepEqual([...this.#elements.values()].sort(bySeq), expected);
    assert.equal(this.head, fresh.head);
    for (const [by, seq] of fresh.marks) assert.equal(this.#marks.get(by), seq, `how far ${by} has read`);
  }
}

function idOf(element: string): string {
  return /id="(message-\d+)"/.exec(element)![1]!;
}

type Shown = ReturnType<typeof messageJson>;

/** The same for a bot that has loaded the messages over HTTP and then listens. */
class JsonPage implements Page {
  readonly encoding = jsonEncoding;
  head = 0;
  mustReload = false;
  wasAway = false;
  #messages = new Map<number, Shown>();
  #first = 0;

  static async open(room: LiveRoom): Promise<Page> {
    const page = new JsonPage();
    const { messages, head, seen } = await historyOf(room, 50);
    page.head = head;
    page.#messages = new Map(messages.map((message) => [message.id, messageJson(message, seen)]));
    page.#first = messages.length < 50 ? 0 : messages[0]!.seq;
    return page;
  }

  take(frame: string): void {
    for (const line of frame.split("\n")) {
      const { type, ...event } = JSON.parse(line);
      if (type === "reload") this.mustReload = true;
      if (type === "history") {
        for (const message of event.messages) this.#put(message);
        this.head = event.head;
      }
      if (type === "message" || type === "edit") {
        this.#put(event);
        this.head = event.rev;
      }
      if (type === "delete") {
        this.#messages.delete(event.id);
        this.head = Math.max(this.head, event.rev);
      }
      if (type === "seen") this.#see(event.username, event.id);
    }
  }

  #put(message: Shown): void {
    if (message.seq < this.#first) return;
    const known = this.#messages.get(message.id);
    this.#messages.set(message.id, { ...message, seen: message.seen || (known?.seen ?? false) });
  }

  /** Messages up to that seq were seen by somebody, except by their own author. */
  #see(username: string, id: number): void {
    for (const [each, message] of this.#messages) {
      if (each > id || message.username === username) continue;
      this.#messages.set(each, { ...message, seen: true });
    }
  }

  async check(room: LiveRoom): Promise<void> {
    const { messages, head, seen } = await historyOf(room, 1000);
    const expected = messages.filter(({ seq }) => seq >= this.#first).map((message) => messageJson(message, seen));
    const actual = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    // Read positions that changed while it was away have a test of their own, below.
    if (this.wasAway) { for (const message of [...expected, ...actual]) message.seen = false; }
    assert.deepEqual(actual, expected);
    assert.equal(this.head, head);
  }
}

const TEXTS = [
  "Hello",
  "two\nlines",
  '</li><li id="message-1">',
  "see https://example.org/?a=1&b=2",
  "  spaces  ",
  "🙂 ñ ß",
  "x".repeat(300),
];

async function story(seed: number, open: (room: LiveRoom) => Promise<Page>): Promise<number> {
  await using room = await openRoom();
  const random = generator(seed);
  const pick = <Item,>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  const people = [room.alice, room.bob, room.carol];
  const messages: Message[] = [];
  const untold: Message[] = [];
  const readers: { page: Page; connection: Connection; transport: FakeTransport; read: number }[] = [];
  const away: Page[] = [];
  const joining: Promise<unknown>[] = [];

  function comeBack(): void {
    for (const page of away.splice(0)) connect(page);
  }

  function connect(page: Page): void {
    const { connection, transport, subscription } = room.connectionOf(pick(people)!, room.live, page.encoding);
    readers.push({ page, connection, transport, read: 0 });
    joining.push(room.live.join(subscription, page.head));
  }

  function read(reader: typeof readers[number]): void {
    for (; reader.read < reader.transport.frames.length; reader.read++) {
      reader.page.take(reader.transport.frames[reader.read]!);
    }
  }

  async function say(): Promise<void> {
    const message = await room.say(pick(people)!, `${pick(TEXTS)} ${messages.length}`);
    messages.push(message);
    untold.push(message);
  }

  const steps: (() => void | Promise<void>)[] = [
    say,
    say,
    say,
    async () => {
      const message = pick(messages);
      const edited = message && await room.store.messages.edit(message.id, `${pick(TEXTS)} edited`, T0 + random(9999));
      if (edited?.changed) untold.push(edited.message);
    },
    async () => {
      const message = pick(messages);
      const removed = message && await room.store.messages.remove(message.id, room.alice, T0);
      if (removed) untold.push(removed);
    },
    async () => {
      // The read position was published before.
      const message = pick(messages.filter(({ id }) => !untold.some((each) => each.id === id)));
      const user: User = pick(people)!;
      if (!message || (await room.store.messages.findFor(user.id, message.id)) === undefined) return;
      await room.store.rooms.markSeen(room.room.id, [{ user: user.id, seq: message.seq }]);
      room.live.deliver({ type: "seen", user, message: message.id, seq: message.seq });
    },
    () => room.deliver(...untold.splice(0)),
    () => room.deliver(...untold.splice(0)),
    () => {
      // Out of order, or not at all.
      const [message] = untold.splice(random(untold.length), 1);
      if (message && random(3) > 0) room.deliver(message);
    },
    async () => {
      if (readers.length + away.length < 5) connect(await open(room));
    },
    () => {
      const [gone] = readers.splice(random(readers.length), 1);
      if (!gone) return;
      gone.connection.lost();
      read(gone);
      gone.page.wasAway = true;
      away.push(gone.page);
    },
    comeBack,
    async () => {
      await room.clock.advance(random(120));
    },
    () => room.turn(),
  ];
  for (let step = 0; step < 160; step++) await pick(steps)!();

  comeBack();
  // Nothing shows that the last change is missing, so the last one is always delivered.
  room.deliver(await room.say(room.alice, "the end"));
  await Promise.all(joining);
  for (let n = 0; n < 20; n++) await room.clock.advance(100);
  for (const reader of readers) {
    read(reader);
    assert(!reader.page.mustReload, "its gap was small");
    await reader.page.check(room);
  }
  return readers.length;
}

for (const [name, open] of [["HTML", BrowserPage.open], ["JSON", JsonPage.open]] as const) {
  Deno.test(`a page plus the events since equals the page rendered now, element by element, in ${name}`, async () => {
    let pages = 0;
    for (let seed = 1; seed <= 20; seed++) {
      try {
        pages += await story(seed, open);
      } catch (error) {
        throw new Error(`Story ${seed}`, { cause: error });
      }
    }
    assert(pages > 20, "pages were compared");
  });
}

Deno.test("a bot that resumes receives the read positions that changed meanwhile", async () => {
  await using room = await openRoom();
  const message = await room.post(room.alice, "Hello");
  const { connection } = await room.enter(room.alice);
  connection.lost();
  await room.store.rooms.markSeen(room.room.id, [{ user: room.bob.id, seq: message.seq }]);
  room.live.deliver({ type: "seen", user: room.bob, message: message.id, seq: message.seq });
  const { transport } = await room.enter(room.alice, { after: message.rev });
  assert.deepEqual(transport.all("seen"), [{ type: "seen", room: "general", username: "bob", id: message.id }]);
});
