import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Newcomers, type NewcomersOptions } from "../../../cli/serve/newcomers.ts";
import { eventually } from "../../support/eventually.ts";

/** A real server of a machine with `places` descriptors; a request for /slow waits until it is released. */
async function open({ places, ...options }: { places: number } & Partial<NewcomersOptions>) {
  const clock = { now: 0 };
  const logged: string[] = [];
  const held: ServerResponse[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.url === "/slow") held.push(response);
    else response.end("done");
  });
  const newcomers = new Newcomers({
    log: (_level, event) => logged.push(event),
    limits: true,
    trustProxy: false,
    now: () => clock.now,
    // 48 are reserved for everything else.
    free: (most) => Math.max(0, Math.min(most, places + 48 - sockets.size)),
    ...options,
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  newcomers.watch(server);
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    newcomers.accepted(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clients: Client[] = [];

  class Client {
    text = "";
    isGone = false;
    readonly socket = connect(port, "127.0.0.1");
    constructor() {
      clients.push(this);
      this.socket.on("data", (data) => this.text += data);
      this.socket.on("error", () => this.isGone = true);
      this.socket.on("end", () => this.isGone = true);
    }
    ask(path: string, headers = ""): void {
      this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
    }
    async answered(status = "200"): Promise<void> {
      await eventually(() => this.text.includes(`HTTP/1.1 ${status}`), 5000, () => `an answer: "${this.text}"`);
    }
  }

  /** Opens this many, one after the other, each of them seen by the server. */
  async function dial(count: number): Promise<Client[]> {
    const dialled: Client[] = [];
    for (let n = 0; n < count; n++) {
      const before = newcomers.comings;
      dialled.push(new Client());
      await eventually(() => newcomers.comings > before);
    }
    return dialled;
  }

  function hangUp(): void {
    for (const { socket } of clients) socket.destroy();
  }

  return {
    newcomers,
    clock,
    logged,
    held,
    sockets,
    dial,
    /** Ends all clients. */
    hangUp,
    async [Symbol.asyncDispose]() {
      hangUp();
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const gone = (clients: { isGone: boolean }[]) => clients.filter(({ isGone }) => isGone).length;

Deno.test("`Newcomers` closes the longest idle connection for a new one when all places are taken", async () => {
  await using server = await open({ places: 100 });
  const crowd = await server.dial(100);
  // The first is no longer idle.
  crowd[0]!.ask("/");
  await crowd[0]!.answered();
  const [late] = await server.dial(1);
  late!.ask("/");
  await late!.answered();
  await eventually(() => crowd[1]!.isGone);
  assert.equal(gone(crowd), 1);
  await server.dial(20);
  await eventually(() => gone(crowd) === 21);
  assert.equal(crowd[0]!.isGone, false);
});

Deno.test("`Newcomers` closes no socket and no connection with a running request, and then refuses new ones", async () => {
  await using server = await open({ places: 100 });
  const sockets = await server.dial(90);
  for (const each of sockets) each.ask("/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
  for (const each of sockets) await each.answered("101");
  const asking = await server.dial(10);
  for (const each of asking) each.ask("/slow");
  await eventually(() => server.held.length === 10);
  const late = await server.dial(3);
  await eventually(() => gone(late) === 3);
  assert.equal(gone([...sockets, ...asking]), 0);
  assert.equal(server.logged.length, 1);
  assert.match(server.logged[0]!, /^Out of file descriptors/);
  for (const response of server.held) response.end("done");
  for (const each of asking) await each.answered();
  const [after] = await server.dial(1);
  after!.ask("/");
  await after!.answered();
});

Deno.test("`Newcomers` closes a connection with an incomplete request", async () => {
  await using server = await open({ places: 100 });
  const crowd = await server.dial(100);
  for (const { socket } of crowd) {
    socket.write("POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx");
  }
  await eventually(() => server.held.length === 100);
  const [late] = await server.dial(1);
  late!.ask("/");
  await late!.answered();
  await eventually(() => gone(crowd) === 1);
});

Deno.test("`Newcomers` gives one network as many places as are free, unless the limits are off", async () => {
  await using server = await open({ places: 500 });
  const crowd = await server.dial(400);
  await eventually(() => gone(crowd) === 400 - 256);
  assert.equal(server.sockets.size, 256);
  await using unlimited = await open({ places: 500, limits: false });
  assert.equal(gone(await unlimited.dial(400)), 0);
});

Deno.test("`Newcomers` counts clients, not their proxy, and forgets closed connections", async () => {
  await using server = await open({ places: 450, trustProxy: true });
  const by = async (count: number, address: string) => {
    const clients: Awaited<ReturnType<typeof server.dial>> = [];
    for (let n = 0; n < count; n++) {
      const [each] = await server.dial(1);
      each!.ask("/", `X-Forwarded-For: 10.0.0.1, ${address}\r\n`);
      await each!.answered();
      clients.push(each!);
    }
    return clients;
  };
  const others = await by(2, "203.0.113.9");
  const crowd = await by(300, "2001:db8::1");
  const neighbours = await by(1, "2001:db8::ffff:2");
  await eventually(() => gone(crowd) === 45);
  assert.equal(gone([...others, ...neighbours]), 0);
  assert.equal(server.newcomers.networks, 2);
  const proxy = await server.dial(10);
  await by(1, "203.0.113.9");
  assert.equal(gone(proxy), 0, "connections that the proxy has preopened belong to no client");
  server.hangUp();
  await eventually(() => server.newcomers.networks === 0);
});
