import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { api, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import { insertRoom } from "../support/rooms.ts";
import { change } from "../support/sqlite.ts";
import { tempDir } from "../support/temp_dir.ts";
import {
  complaintsOf,
  connected,
  cutSocket,
  enter,
  message,
  messageBox,
  openBrowser,
  say,
  shows,
  texts,
} from "./browser.ts";

function database(program: Program): string {
  return join(program.dataDir, "chatterbox.db");
}

/** Alice in the browser and Bob as a program, both in the rooms general and ops. */
async function setUp(program: Program, browser: Parameters<typeof enter>[0]) {
  const alice = await enter(browser, program, "alice");
  const token = await tokenOf(program, "bob");
  insertRoom(database(program), "ops", [1, 2]);
  await alice.reload();
  await connected(alice);
  const post = async (room: string, content: string) => {
    const { status } = await api(program, `/rooms/${room}/messages`, { token, body: { content } });
    assert.equal(status, 200);
  };
  return { alice, post };
}

function link(page: Page, room: string) {
  return page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: room });
}

async function inRoom(page: Page, room: string): Promise<void> {
  await page.locator(`main[data-room="${room}"]`).waitFor();
}

/** Opens a room by its link, as a user does. */
async function open(page: Page, room: string): Promise<void> {
  await link(page, room).click();
  await inRoom(page, room);
}

Deno.test("Alice switches rooms, back and forward: one socket, one page, every message once", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice, post } = await setUp(program, browser);
  let sockets = 0;
  alice.on("websocket", () => sockets++);
  await alice.evaluate("globalThis.isSamePage = true");
  await post("general", "one");
  await message(alice, "one").waitFor();

  await open(alice, "ops");
  assert.equal(new URL(alice.url()).pathname, "/rooms/ops");
  assert.match(await alice.title(), /^ops/);
  await link(alice, "ops").and(alice.locator("[aria-current=page]")).waitFor();
  assert.equal(await messageBox(alice).evaluate((box) => box === box.ownerDocument.activeElement), true);
  await post("general", "two, meanwhile");
  await post("ops", "in ops");
  await message(alice, "in ops").waitFor();
  await say(alice, "mine, in ops");
  await shows(alice, ["in ops", "mine, in ops"]);

  await alice.goBack();
  await inRoom(alice, "general");
  await shows(alice, ["one", "two, meanwhile"]);
  assert.match(await alice.title(), /^General/);
  await post("ops", "in ops, meanwhile");
  await post("general", "three");
  await shows(alice, ["one", "two, meanwhile", "three"]);

  await alice.goForward();
  await inRoom(alice, "ops");
  await shows(alice, ["in ops", "mine, in ops", "in ops, meanwhile"]);
  await post("ops", "live again");
  await shows(alice, ["in ops", "mine, in ops", "in ops, meanwhile", "live again"]);

  assert.equal(await alice.evaluate("globalThis.isSamePage"), true);
  assert.equal(sockets, 0, "no other socket was opened");
  await connected(alice);
  assert.deepEqual(complaintsOf(alice), []);
});

Deno.test("The newest of several switches wins, and a late fragment of another room finds no target", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice, post } = await setUp(program, browser);
  await post("ops", "in ops");
  await open(alice, "ops");
  await open(alice, "general");
  // Three at once, the first of which is answered last.
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  await alice.route("**/rooms/ops", async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await alice.evaluate("history.back()");
  await link(alice, "ops").click();
  await inRoom(alice, "ops");
  release();
  await post("ops", "live");
  await shows(alice, ["in ops", "live"]);

  await alice.evaluate(`document.body._htmx.ws.connection.socket.dispatchEvent(new MessageEvent("message", {
    data: '<li id="message-99" data-room="general" data-author="2" data-seq="99" data-rev="99"><b>bob</b>' +
      '<time datetime="2026-01-01T12:00:00.000Z"></time><p>late</p></li>' +
      '<section id="people" hx-swap-oob=\\'outerHTML:#people[data-room="general"]\\'>late</section>' +
      '<hx-typing by="2" room="general">late</hx-typing>',
  }))`);
  await post("ops", "after it");
  await shows(alice, ["in ops", "live", "after it"]);
  assert.equal(await alice.getByText("late").count(), 0);
});

Deno.test("The connection is lost in ops: it resumes in ops, with the messages missed there", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice, post } = await setUp(program, browser);
  await open(alice, "ops");
  await post("ops", "before");
  await message(alice, "before").waitFor();
  await cutSocket(alice);
  await post("ops", "missed");
  await post("general", "elsewhere");
  await shows(alice, ["before", "missed"]);
  await connected(alice);
  await alice.goBack();
  await inRoom(alice, "general");
  await shows(alice, ["elsewhere"]);
});

Deno.test("Drafts and unsent messages belong to their room: pending ones in general are sent while ops is open", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice, post } = await setUp(program, browser);
  await messageBox(alice).fill("a draft for general");
  await open(alice, "ops");
  assert.equal(await messageBox(alice).inputValue(), "");
  await messageBox(alice).fill("a draft for ops");
  await open(alice, "general");
  assert.equal(await messageBox(alice).inputValue(), "a draft for general");

  // Pages still load, a socket does not open.
  await alice.evaluate(`{
    globalThis.RealWebSocket = WebSocket;
    globalThis.WebSocket = class extends WebSocket {
      constructor() {
        super(location.origin.replace(/^http/, "ws") + "/nowhere");
      }
    };
  }`);
  await cutSocket(alice);
  await say(alice, "waits in general");
  await message(alice, "waits in general").filter({ hasText: "Sending" }).waitFor();
  await open(alice, "ops");
  assert.equal(await messageBox(alice).inputValue(), "a draft for ops");
  assert.equal(await alice.getByText("waits in general").count(), 0);
  await alice.evaluate(`{ globalThis.WebSocket = RealWebSocket; dispatchEvent(new Event("online")); }`);
  await connected(alice);
  const token = await tokenOf(program, "carol");
  await eventually(async () => {
    const { body } = await api(program, "/rooms/general/messages", { token });
    return body.messages.some(({ content }: { content: string }) => content === "waits in general");
  });
  await post("ops", "in ops");
  await shows(alice, ["in ops"]);
  await open(alice, "general");
  await shows(alice, ["waits in general"]);
  assert.equal(await alice.locator(".pending").count(), 0);
});

Deno.test("The server is killed during a switch: the room opens as soon as it is back", async () => {
  await using dir = await tempDir();
  await using browser = await openBrowser();
  await using first = await startProgram({ dataDir: dir.path });
  const { alice, post } = await setUp(first, browser);
  await post("ops", "kept");
  await first.kill();
  await link(alice, "ops").click();
  await alice.getByText("The server is not responding").waitFor();
  await say(alice, "typed in general meanwhile");
  await using second = await startProgram({ dataDir: dir.path, port: first.port });
  await inRoom(alice, "ops");
  await connected(alice);
  await shows(alice, ["kept"]);
  await say(alice, "and on");
  await shows(alice, ["kept", "and on"]);
  await alice.goBack();
  await inRoom(alice, "general");
  await shows(alice, ["typed in general meanwhile"]);
  await second.stop();
});

Deno.test("A room that Alice has been removed from is not found", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice } = await setUp(program, browser);
  change(database(program), "delete from members where room_id = 2 and user_id = 1");
  await link(alice, "ops").click();
  await alice.getByRole("heading", { name: "Not found" }).waitFor();
});

Deno.test("Fifty switches leak no listener, observer or element", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const { alice, post } = await setUp(program, browser);
  for (const room of ["general", "ops"]) for (let n = 1; n <= 10; n++) await post(room, `message ${n} of ${room}`);
  await alice.addInitScript(`{
    globalThis.observers = new Set();
    for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
      const { observe, disconnect } = globalThis[name].prototype;
      globalThis[name].prototype.observe = function (...args) {
        observers.add(this);
        return observe.apply(this, args);
      };
      globalThis[name].prototype.disconnect = function () {
        observers.delete(this);
        return disconnect.apply(this);
      };
    }
  }`);
  await alice.reload();
  await connected(alice);
  const devtools = await alice.context().newCDPSession(alice);
  await devtools.send("Performance.enable");
  /** Objects in memory while General is open. */
  async function retained(): Promise<Record<string, number>> {
    await eventually(async () => (await texts(alice)).length === 10);
    for (let n = 0; n < 3; n++) await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((each) => each.name === name)!.value;
    const observers = await alice.evaluate<number>("observers.size");
    return { listeners: of("JSEventListeners"), nodes: of("Nodes"), heap: of("JSHeapUsedSize"), observers };
  }
  async function there(times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      await open(alice, "ops");
      await alice.goBack();
      await inRoom(alice, "general");
    }
  }
  // The first switches load and compile what later ones reuse.
  await there(3);
  const before = await retained();
  await there(25);
  const after = await retained();
  const counts = JSON.stringify({ before, after });
  assert.equal(after.observers, before.observers, counts);
  assert.ok(after.listeners! <= before.listeners! + 20, counts);
  assert.ok(after.nodes! <= before.nodes! * 1.2, counts);
  assert.ok(after.heap! <= before.heap! + 1_000_000, counts);
  assert.deepEqual(complaintsOf(alice), []);
});
