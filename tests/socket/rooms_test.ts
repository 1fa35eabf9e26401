import assert from "node:assert/strict";
import { join as joinPath } from "node:path";
import { api, type Client, connect, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import { insertRoom } from "../support/rooms.ts";
import { tempDir } from "../support/temp_dir.ts";

const ROOMS = Array.from({ length: 50 }, (_, n) => `room-${n}`);

/** A program with fifty rooms that these users are members of; resolves to their tokens. */
async function withRooms(server: Program, dataDir: string, names: string[]): Promise<string[]> {
  const tokens: string[] = [];
  for (const name of names) tokens.push(await tokenOf(server, name));
  const { body } = await api(server, "/users", { token: tokens[0]! });
  const ids = names.map((name) => body.find(({ username }: Received) => username === name).id);
  const file = joinPath(dataDir, "chatterbox.db");
  for (const slug of ROOMS) insertRoom(file, slug, ids);
  return tokens;
}

/** A client's view of its rooms, over as many connections as it takes. */
class Reader {
  readonly revs = new Map<string, number>();
  readonly shown = new Map<string, number[]>(ROOMS.map((room) => [room, []]));
  #read = 0;

  read(client: Client): void {
    for (; this.#read < client.events.length; this.#read++) {
      const event = client.events[this.#read];
      const messages = event.type === "history" ? event.messages : event.type === "message" ? [event] : [];
      for (const { room, rev } of messages) {
        assert(rev > (this.revs.get(room) ?? 0), `${room}: ${rev} arrived after ${this.revs.get(room)}`);
        this.shown.get(room)!.push(rev);
        this.revs.set(room, rev);
      }
      if (event.type === "history") this.revs.set(event.room, event.head);
    }
  }

  connected(): void {
    this.#read = 0;
  }
}

Deno.test("a bot in fifty rooms on one socket receives every message once, in order, across disconnects", async () => {
  await using dir = await tempDir();
  await using server = await startProgram({ dataDir: dir.path });
  const [alice, bob] = await withRooms(server, dir.path, ["alice", "bob"]) as [string, string];
  const reader = new Reader();
  let bot = await connect(server, { token: alice, room: "" });
  const subscribeAll = () => {
    for (const room of ROOMS) bot.send({ type: "subscribe", room, after: reader.revs.get(room) ?? 0, nonce: room });
  };
  subscribeAll();
  await using speaker = await connect(server, { token: bob, room: "" });
  const EACH = 12;
  let cuts = 0;
  for (let n = 1; n <= EACH; n++) {
    for (const room of ROOMS) speaker.send({ content: `message ${n}`, room, nonce: `${room}/${n}` });
    await eventually(() => speaker.all("ack").length === n * ROOMS.length, 20_000);
    if (n % 4 !== 0) continue;
    // While frames are in flight.
    reader.read(bot);
    bot.socket.terminate();
    await bot.closed;
    reader.read(bot);
    cuts += 1;
    bot = await connect(server, { token: alice, room: "" });
    reader.connected();
    subscribeAll();
  }
  await eventually(() => {
    reader.read(bot);
    return ROOMS.every((room) => reader.revs.get(room) === EACH);
  }, 20_000);
  assert.equal(cuts, 3);
  const every = Array.from({ length: EACH }, (_, n) => n + 1);
  for (const room of ROOMS) assert.deepEqual(reader.shown.get(room), every, room);
  await eventually(() => bot.all("ack").length === ROOMS.length);
  await bot.close();
});

Deno.test("`GET /ws?room=` joins no room and sends the user's rooms", async () => {
  await using dir = await tempDir();
  await using server = await startProgram({ dataDir: dir.path });
  const [alice, bob] = await withRooms(server, dir.path, ["alice", "bob"]) as [string, string];
  await using bot = await connect(server, { token: alice, room: "" });
  const { rooms } = await bot.next("rooms");
  const general = rooms.find(({ room }: Received) => room === "general");
  assert.deepEqual([general.kind, general.members, general.unread, general.role], ["public", 2, 0, "member"]);
  assert.equal(rooms.length, 51);
  assert.deepEqual(bot.all("history"), []);
  await using speaker = await connect(server, { token: bob, room: "" });
  for (let n = 1; n <= 5; n++) {
    speaker.send({ content: `message ${n}`, room: "room-7", nonce: `n${n}` });
    await speaker.next("ack");
  }
  const event = await eventually(() => bot.all("unread").findLast(({ unread }) => unread === 5));
  assert.deepEqual(event, { type: "unread", room: "room-7", unread: 5, mentions: 0, last: 5 });
  assert.deepEqual(bot.all("message"), []);
  bot.send({ type: "subscribe", room: "room-7" });
  const history = await bot.next("history");
  bot.send({ type: "seen", id: history.messages[3].id });
  assert.deepEqual(await bot.next("unread", ({ unread }) => unread === 1), {
    type: "unread",
    room: "room-7",
    unread: 1,
    mentions: 0,
    last: 5,
  });
  assert.deepEqual(speaker.all("unread").filter(({ unread }) => unread > 0), [], "own messages are read");
});
