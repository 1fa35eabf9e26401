import assert from "node:assert/strict";
import { join as path } from "node:path";
import { api, type Client, connect, cookieOf, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { size } from "./size.ts";
import { stored, type StoredMessage } from "./stored.ts";

const KILLS = size(3, 50);
const WRITERS = ["alice", "bob", "carol", "dave"];

/** Commands of one writer that await their ack. */
const WAITING = 20;

/** What a writer knows of one message. */
interface Own {
  readonly nonce: string;
  readonly author: string;
  /** Known once acknowledged. */
  id?: number;
  /** The possible contents: the last acknowledged text, and everything tried since. */
  texts: string[];
  isDeleteTried: boolean;
  isDeleteAcked: boolean;
  /** A change of it is in flight. */
  isBusy: boolean;
}

/** A writer that posts, edits and deletes as fast as it gets acks, across all kills. */
class Writer {
  readonly name: string;
  readonly messages: Own[] = [];
  acked = 0;
  #changes = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Sends unacknowledged commands again, in order, and waits for them. */
  async sayAgain(client: Client): Promise<void> {
    const again = this.messages.filter(({ id }) => id === undefined);
    for (const own of again) {
      client.send({ content: own.texts[0], nonce: own.nonce });
      await eventually(() => this.#ackOf(client, own.nonce), 10_000, () => `ack of ${own.nonce}`);
      own.id = this.#ackOf(client, own.nonce).id;
    }
    for (const own of this.messages) own.isBusy = false;
  }

  /** Until the connection is lost. */
  async write(client: Client): Promise<void> {
    const waiting = new Map<string, (id: number) => void>();
    client.socket.on("message", (data: { toString(): string }) => {
      for (const line of data.toString().split("\n")) {
        const event = JSON.parse(line);
        assert.notEqual(event.type, "error", line);
        if (event.type !== "ack") continue;
        waiting.get(event.nonce)!(event.id);
        waiting.delete(event.nonce);
        this.acked += 1;
      }
    });
    while (client.socket.readyState === client.socket.OPEN) {
      while (waiting.size < WAITING) this.#next(client, waiting);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  #next(client: Client, waiting: Map<string, (id: number) => void>): void {
    const change = Math.random() < 0.3 ? this.#something() : undefined;
    const nonce = `${this.name}-${this.messages.length}-${this.#changes}`;
    if (!change) {
      const own: Own = {
        nonce,
        author: this.name,
        texts: [`${nonce} posted`],
        isDeleteTried: false,
        isDeleteAcked: false,
        isBusy: false,
      };
      this.messages.push(own);
      waiting.set(nonce, (id) => own.id = id);
      client.send({ content: own.texts[0], nonce });
      return;
    }
    this.#changes += 1;
    change.isBusy = true;
    if (Math.random() < 0.3) {
      change.isDeleteTried = true;
      waiting.set(nonce, () => change.isDeleteAcked = true);
      client.send({ type: "delete", id: change.id, nonce });
      return;
    }
    const content = `${change.nonce} changed ${this.#changes}`;
    change.texts.push(content);
    waiting.set(nonce, () => {
      change.texts = [content];
      change.isBusy = false;
    });
    client.send({ type: "edit", id: change.id, content, nonce });
  }

  /** One of its recent messages that can be changed. */
  #something(): Own | undefined {
    const own = this.messages.at(-1 - Math.floor(Math.random() * 60));
    return own && own.id !== undefined && !own.isBusy && !own.isDeleteTried ? own : undefined;
  }

  #ackOf(client: Client, nonce: string): Received {
    return client.all("ack").find((event) => event.nonce === nonce);
  }
}

/** A change as a client received it. */
interface Shown {
  readonly id: number;
  readonly rev: number;
  /** Undefined: deleted, or not reported. */
  readonly content: string | undefined;
  readonly isDeleted: boolean;
}

/** What a JSON client received live; in order, and without gaps. */
function shownTo(client: Client): Shown[] {
  const shown = client.events.filter(({ type }) => /^(message|edit|delete)$/.test(type))
    .map(({ type, id, rev, content }) => ({ id, rev, content, isDeleted: type === "delete" }));
  for (const [at, { rev }] of shown.entries()) {
    if (at > 0) {
      assert.equal(rev, shown[at - 1]!.rev + 1, "no client receives a gap, or anything twice or out of order");
    }
  }
  return shown;
}

/** What a browser received live. */
function shownToBrowser(client: Client, from: number): Shown[] {
  const items = client.frames.slice(from).join("\n").matchAll(
    /<li id="message-(\d+)"([^>]*)>(?:.*?<p dir="auto">(.*?)<\/p>)?/g,
  );
  return [...items].map(([, id, attributes, content]) => ({
    id: Number(id),
    rev: Number(/data-rev="(\d+)"/.exec(attributes!)![1]),
    content,
    isDeleted: / hidden/.test(attributes!),
  }));
}

Deno.test(`after ${KILLS} kills (SIGKILL) under load everything acknowledged or delivered is stored, once and in order`, async () => {
  await using dir = await tempDir();
  const file = path(dir.path, "chatterbox.db");
  const writers = WRITERS.map((name) => new Writer(name));
  let shown: Shown[] = [];
  let head = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    await using server = await startProgram({ dataDir: dir.path, env: { LOG_LEVEL: "warn" } });
    const messages = stored(file);
    checkStored(messages, head);
    checkShown(messages, shown);
    for (const writer of writers) checkOwn(messages, writer);
    // A reader from before receives what it lacks, and nothing else.
    const token = await tokenOf(server, "reader");
    await checkResumed(server, token, messages, head);
    await checkHistory(server, token, messages, kill === KILLS);

    const clients = await Promise.all(writers.map(async ({ name }) => {
      const client = await connect(server, { token: await tokenOf(server, name) });
      await client.next("history");
      return client;
    }));
    await Promise.all(writers.map((writer, at) => writer.sayAgain(clients[at]!)));
    const again = stored(file);
    checkStored(again, head);
    for (const writer of writers) {
      checkOwn(again, writer);
      assert(writer.messages.every(({ id }) => id !== undefined), "all are stored by now");
    }
    if (kill === KILLS) break;

    await using reader = await connect(server, { token });
    await reader.next("history");
    await using browser = await connect(server, { cookie: await cookieOf(server, "browser") });
    const from = browser.frames.length;
    const acked = writers.reduce((sum, writer) => sum + writer.acked, 0);
    const writing = writers.map((writer, at) => writer.write(clients[at]!));
    await eventually(() => writers.reduce((sum, writer) => sum + writer.acked, 0) > acked + 20, 15_000);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 700));
    await server.kill();
    await Promise.all([...writing, reader.closed, browser.closed, ...clients.map(({ closed }) => closed)]);
    shown = [...clients.flatMap(shownTo), ...shownTo(reader), ...shownToBrowser(browser, from)];
    head = reader.events.findLast(({ rev }) => rev !== undefined)?.rev ?? head;
    assert(shown.length > 20, "some changes were received");
  }
  const total = writers.reduce((sum, { messages }) => sum + messages.length, 0);
  assert(total > 20 * KILLS);
});

/** One counter, no duplicate seq or rev, and no partial change. */
function checkStored({ messages, head }: ReturnType<typeof stored>, shownHead: number): void {
  assert(head >= shownHead, `the head is ${head}, and ${shownHead} was delivered`);
  assert.equal(new Set(messages.map(({ seq }) => seq)).size, messages.length);
  assert.equal(new Set(messages.map(({ rev }) => rev)).size, messages.length);
  assert.equal(messages.reduce((most, { rev }) => Math.max(most, rev), 0), head, "the last change is stored");
  for (const [at, message] of messages.entries()) {
    assert(at === 0 || messages[at - 1]!.id < message.id, "seqs are in the order of storing");
    assert(message.rev >= message.seq);
    if (message.isDeleted) assert.deepEqual([message.content, message.rev > message.seq], ["", true]);
    else assert.equal(message.rev > message.seq, message.isEdited, `message ${message.id} is partially edited`);
  }
}

/** Nothing was delivered that is not stored. */
function checkShown({ messages }: ReturnType<typeof stored>, shown: readonly Shown[]): void {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const { id, rev, content, isDeleted } of shown) {
    const message = byId.get(id);
    assert(message && message.rev >= rev, `${id} was delivered at ${rev}, and is stored at ${message?.rev}`);
    if (isDeleted) assert(message.isDeleted, `the deletion of ${id} was delivered`);
    else if (message.rev === rev) assert.equal(message.content, content);
  }
}

/** Everything acknowledged is stored once, unchanged, in the order of each sender. */
function checkOwn({ messages }: ReturnType<typeof stored>, writer: Writer): void {
  const byNonce = new Map<string, StoredMessage>();
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of messages) {
    if (message.author !== writer.name) continue;
    assert(!byNonce.has(message.nonce!), `${message.nonce} is stored twice`);
    byNonce.set(message.nonce!, message);
  }
  let last = 0;
  for (const { nonce, id, texts, isDeleteTried, isDeleteAcked } of writer.messages) {
    const message = byNonce.get(nonce);
    if (id !== undefined) assert.equal(message && byId.get(id), message, `${nonce} was acknowledged as ${id}`);
    if (!message) {
      assert.equal(id, undefined, `${nonce} was acknowledged`);
      continue;
    }
    assert(message.seq > last, `${nonce} is out of order`);
    last = message.seq;
    if (isDeleteAcked) assert(message.isDeleted, `${nonce} was deleted`);
    if (message.isDeleted) assert(isDeleteTried, `nobody deleted ${nonce}`);
    else assert(texts.includes(message.content), `${nonce} says ${message.content}, not ${texts}`);
  }
}

async function checkResumed(
  server: Program,
  token: string,
  { messages, head }: ReturnType<typeof stored>,
  after: number,
): Promise<void> {
  await using client = await connect(server, { token, after });
  const changed = messages.filter(({ rev }) => rev > after);
  // More than one answer can hold: the server sends `reload`.
  if (changed.length > 1000) return void await client.next("reload");
  const history = await client.next("history");
  assert.equal(history.head, head);
  assert.deepEqual(
    history.messages.map(({ id, rev, content }: Received) => [id, rev, content]),
    changed.filter(({ isDeleted }) => !isDeleted).map(({ id, rev, content }) => [id, rev, content]),
  );
  const deleted = changed.filter(({ isDeleted }) => isDeleted).map(({ id }) => id).sort((a, b) => a - b);
  await eventually(() => client.all("delete").length === deleted.length);
  assert.deepEqual(client.all("delete").map(({ id }) => id).sort((a, b) => a - b), deleted);
}

/** The program's answers equal its file: the last pages, or all of them. */
async function checkHistory(
  server: Program,
  token: string,
  { messages }: ReturnType<typeof stored>,
  all: boolean,
): Promise<void> {
  const served: Received[] = [];
  for (let page = 0; all || page < 2; page++) {
    const before = served.length === 0 ? "" : `&before=${served[0].seq}`;
    const { body } = await api(server, `/rooms/general/messages?limit=200${before}`, { token });
    if (body.messages.length === 0) break;
    served.unshift(...body.messages);
  }
  const kept = messages.filter(({ isDeleted }) => !isDeleted).slice(-served.length || Infinity);
  assert.deepEqual(
    served.map(({ id, seq, rev, content, username }) => ({ id, seq, rev, content, username })),
    kept.map(({ id, seq, rev, content, author }) => ({ id, seq, rev, content, username: author })),
  );
}
