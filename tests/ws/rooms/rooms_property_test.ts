import assert from "node:assert/strict";
import type { Message, Room, User } from "../../../db/model.ts";
import { roomTopic } from "../../../ws/bus/topics.ts";
import { T0 } from "../../support/cast.ts";
import { FakeTransport } from "../../support/fake_transport.ts";
import { generator } from "../../support/generator.ts";
import { openHub } from "../../support/hub.ts";
import { turn } from "../../support/manual_clock.ts";
import { type Decoder, html, json, type Received, type ReceivedMessage } from "../../support/decoder.ts";

type Hub = Awaited<ReturnType<typeof openHub>>;

/** A client's view of one room: the receiving side of the protocol, and nothing more. */
class RoomReader {
  /** `waiting` for the answer to a subscription, `leaving` until an unsubscribe is acknowledged. */
  state: "idle" | "waiting" | "live" | "leaving" = "idle";
  readonly name: string;
  shown = new Map<number, ReceivedMessage>();
  /** The highest known rev: where it resumes. */
  rev = 0;
  /** Messages before this seq were not in its first page. */
  from = 0;
  #after: number | undefined;
  #head = 0;
  /** Revs received live over this subscription: none may arrive twice. */
  #came = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** A page that was loaded before it listens. */
  open(messages: ReceivedMessage[], head: number): void {
    this.shown = new Map(messages.map((message) => [message.id, message]));
    this.from = messages[0]?.seq ?? 0;
    this.rev = head;
  }

  subscribed(after: number | undefined): void {
    // A subscribed client keeps receiving until the server starts it anew.
    if (this.state !== "live") this.#came.clear();
    this.state = "waiting";
    this.#after = after;
  }

  take(event: Received): void {
    assert.notEqual(this.state, "idle", `${this.name} received ${JSON.stringify(event)} without a subscription`);
    if (event.is === "reload") this.state = "idle";
    else if (event.is === "history") this.#history(event);
    else if (event.is === "online") this.#online();
    else this.#change(event.message, event.is === "gone");
  }

  #history({ messages, head }: { messages: ReceivedMessage[]; head: number }): void {
    if (this.#after === undefined && this.state === "waiting") {
      this.shown.clear();
      this.from = messages[0]?.seq ?? 0;
    }
    for (const message of messages) {
      assert(message.rev <= head, `${this.name}: history of ${head} contains ${message.rev}`);
      assert(this.#after === undefined || message.rev > this.#after, `${this.name}: ${message.rev} arrived again`);
      this.#put(message);
    }
    // The next part begins after this one.
    this.#after = head;
    this.#came.clear();
    this.rev = this.#head = head;
  }

  /** The users online follow the history, and later every change of them. */
  #online(): void {
    if (this.state === "waiting") this.state = "live";
  }

  #change(message: ReceivedMessage, isGone: boolean): void {
    const key = `${message.id} ${message.rev}`;
    assert(!this.#came.has(key), `${this.name}: ${key} arrived twice`);
    this.#came.add(key);
    // Changes from before the history was read arrive right after it.
    assert(message.rev > this.rev || message.rev <= this.#head, `${this.name}: at ${this.rev} came ${message.rev}`);
    this.rev = Math.max(this.rev, message.rev);
    if (isGone) this.shown.delete(message.id);
    else this.#put(message);
  }

  #put(message: ReceivedMessage): void {
    if (message.seq >= this.from && (this.shown.get(message.id)?.rev ?? 0) <= message.rev) {
      this.shown.set(message.id, message);
    }
  }
}

/** One client with a page for each room, over as many connections as it takes. */
class Client {
  readonly rooms: ReadonlyMap<string, RoomReader>;
  transport = new FakeTransport();
  readonly #hub: Hub;
  readonly #user: User;
  readonly #decoder: Decoder;
  #socket: Awaited<ReturnType<Hub["connect"]>> | undefined;
  #read = 0;
  #nonce = 0;
  readonly #pending = new Map<string, () => void>();

  constructor(hub: Hub, { user, decoder, name, rooms }: { user: User; decoder: Decoder; name: string; rooms: Room[] }) {
    this.#hub = hub;
    this.#user = user;
    this.#decoder = decoder;
    this.rooms = new Map(rooms.map(({ slug }) => [slug, new RoomReader(`${name} in ${slug}`)]));
  }

  /** With one of the rooms, or with none; subscribes to `others` as soon as the connection is open. */
  async connect(first: string, others: string[], holds: boolean): Promise<void> {
    this.transport = new FakeTransport();
    this.transport.holds = holds;
    this.#read = 0;
    for (const reader of this.rooms.values()) reader.state = "idle";
    const after = first === "" ? undefined : await this.#begin(first);
    this.#socket = await this.#hub.connect(this.#user, {
      room: first,
      encoding: this.#decoder.encoding,
      transport: this.transport,
      ...(after === undefined ? {} : { after }),
    });
    for (const room of others) await this.subscribe(room);
  }

  async subscribe(room: string): Promise<void> {
    this.read();
    const { state } = this.rooms.get(room)!;
    if (state === "waiting" || state === "leaving") return;
    const after = await this.#begin(room);
    this.#say({ type: "subscribe", room, ...(after === undefined ? {} : { after }) }, () => {});
  }

  /** Where a subscription begins. A page loads its messages first; a bot receives them. */
  async #begin(room: string): Promise<number | undefined> {
    const reader = this.rooms.get(room)!;
    if (this.#decoder === html && reader.rev === 0) {
      const row = (await this.#hub.store.rooms.findFor(this.#user.id, room))!;
      const { messages, head } = await this.#hub.store.messages.history(row.id, { limit: 50 });
      reader.open(messages.map(this.#decoder.draw), head);
      reader.subscribed(head);
      return head;
    }
    const after = reader.rev === 0 ? undefined : reader.rev;
    reader.subscribed(after);
    return after;
  }

  unsubscribe(room: string): void {
    this.read();
    const reader = this.rooms.get(room)!;
    // A client that leaves before it is answered, too.
    if (reader.state !== "live" && reader.state !== "waiting") return;
    reader.state = "leaving";
    this.#say({ type: "unsubscribe", room }, () => reader.state = "idle");
  }

  #say(command: Record<string, unknown>, done: () => void): void {
    const nonce = `n${this.#nonce++}`;
    this.#pending.set(nonce, done);
    this.#socket!.say({ ...command, nonce });
  }

  cut(): void {
    this.read();
    this.#socket?.events.onClose();
  }

  read(): void {
    for (; this.#read < this.transport.frames.length; this.#read++) {
      this.#decoder.read(this.transport.frames[this.#read]!, {
        room: (room, event) => this.rooms.get(room)!.take(event),
        ack: (nonce) => this.#pending.get(nonce)?.(),
      });
    }
  }

  get isSettled(): boolean {
    this.read();
    return [...this.rooms.values()].every(({ state }) => state === "idle" || state === "live");
  }
}

async function story(seed: number, decoder: Decoder): Promise<{ live: number; left: number }> {
  await using hub = await openHub();
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  const users = [hub.alice, hub.bob, hub.carol];
  const rooms = [hub.room, await hub.newRoom("ops", ...users), await hub.newRoom("dev", ...users)];
  const slugs = rooms.map(({ slug }) => slug);
  const messages: Message[] = [];
  /** Stored and not yet published. */
  let untold: Message[] = [];
  const clients: Client[] = [];
  const tell = (message: Message) => hub.bus.publish(roomTopic(message.roomId), { type: "message", message });
  let left = 0;

  async function say(): Promise<void> {
    const message = { room: pick(rooms)!.id, author: pick(users)!.id, nonce: null };
    const content = random(4) === 0 ? `${messages.length} ${"x".repeat(40_000)}` : `message ${messages.length}`;
    const posted = await hub.store.messages.post({ ...message, content }, T0);
    messages.push(posted.message);
    untold.push(posted.message);
  }

  const steps: (() => void | Promise<void>)[] = [
    say,
    say,
    say,
    say,
    async () => {
      const message = pick(messages);
      const edited = message && await hub.store.messages.edit(message.id, `edited ${random(1000)}`, T0);
      if (edited?.changed) untold.push(edited.message);
    },
    async () => {
      const message = pick(messages);
      const removed = message && await hub.store.messages.remove(message.id, hub.alice, T0);
      if (removed) untold.push(removed);
    },
    // The bus delivers in order, out of order, more than once, or never.
    () => untold.splice(0).forEach(tell),
    () => untold.splice(0).forEach(tell),
    () => untold.splice(random(untold.length), 1).forEach(tell),
    () => {
      const message = pick(untold);
      if (message) tell(message);
    },
    () => {
      untold = untold.filter(() => random(4) > 0);
    },
    async () => {
      if (clients.length === 4) return;
      const name = `client ${seed}.${clients.length}`;
      const client = new Client(hub, { user: pick(users)!, decoder, name, rooms });
      clients.push(client);
      await client.connect(pick(["", ...slugs])!, [], random(2) === 0);
    },
    async () => {
      await pick(clients)?.subscribe(pick(slugs)!);
    },
    async () => {
      await pick(clients)?.subscribe(pick(slugs)!);
    },
    async () => {
      await pick(clients)?.subscribe(pick(slugs)!);
    },
    () => {
      const client = pick(clients);
      if (!client) return;
      left += 1;
      client.unsubscribe(pick(slugs)!);
    },
    async () => {
      // Disconnected, and back in all rooms at once.
      const client = pick(clients);
      if (!client) return;
      client.cut();
      const first = pick(["", ...slugs])!;
      await client.connect(first, slugs.filter((slug) => slug !== first && random(4) > 0), random(2) === 0);
    },
    () => {
      if (random(4) === 0) hub.hub.forget();
    },
    () => hub.clock.advance(random(120)),
    () => turn(),
    () => pick(clients)?.transport.take(),
    () => pick(clients)?.transport.take(),
  ];
  for (let step = 0; step < 200; step++) await pick(steps)!();

  // Nothing shows that the last change is missing, so the last one is always delivered.
  for (const room of rooms) await hub.post(room, hub.alice, "the end");
  for (let n = 0; n < 1000 && !clients.every((client) => client.isSettled); n++) {
    for (const { transport } of clients) transport.take();
    await turn();
  }
  for (let n = 0; n < 20; n++) await hub.clock.advance(100);

  let live = 0;
  for (const client of clients) {
    assert(client.isSettled, "every subscription is answered");
    for (const [slug, reader] of client.rooms) {
      if (reader.state !== "live") continue;
      live += 1;
      const row = (await hub.store.rooms.findFor(hub.alice.id, slug))!;
      const kept = await allMessages(hub, row);
      const expected = kept.filter(({ seq }) => seq >= reader.from).map(decoder.draw);
      const actual = [...reader.shown.values()].sort((a, b) => a.seq - b.seq);
      assert.deepEqual(actual, expected, `${reader.name} at ${reader.rev} of ${row.head}`);
      assert.equal(reader.rev, row.head, reader.name);
    }
  }
  return { live, left };
}

async function allMessages({ store }: Hub, { id }: Room): Promise<Message[]> {
  const { messages, more } = await store.messages.history(id, { limit: 1000 });
  for (let isMore = more; isMore;) {
    const page = await store.messages.history(id, { limit: 1000, before: messages[0]!.seq });
    messages.unshift(...page.messages);
    isMore = page.more;
  }
  return messages;
}

for (const [name, decoder] of [["JSON", json], ["HTML", html]] as const) {
  Deno.test(`several rooms on one socket, subscribed and unsubscribed at random, each end with the contents of the store, in ${name}`, async () => {
    const all = { live: 0, left: 0 };
    for (let seed = 1; seed <= 12; seed++) {
      try {
        const { live, left } = await story(seed, decoder);
        all.live += live;
        all.left += left;
      } catch (error) {
        throw new Error(`Story ${seed}`, { cause: error });
      }
    }
    assert(all.live > 30 && all.left > 30, JSON.stringify(all));
  });
}
