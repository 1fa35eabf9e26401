import assert from "node:assert/strict";
import { createServer, type IncomingMessage, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { connect, cookieOf, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";

/** A proxy in front of a program that passes on the headers which `change` keeps. */
async function proxyTo(server: Program, change: (headers: Record<string, string>) => void) {
  const pass = (incoming: IncomingMessage) => {
    const headers = { ...incoming.headers } as Record<string, string>;
    change(headers);
    return ask({ host: "127.0.0.1", port: server.port, method: incoming.method!, path: incoming.url!, headers });
  };
  const proxy = createServer((incoming, outgoing) => {
    const passed = pass(incoming);
    passed.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  proxy.on("upgrade", (incoming: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => {});
    const passed = pass(incoming);
    passed.on("upgrade", (answer: IncomingMessage, behind: Duplex) => {
      behind.on("error", () => {});
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
      behind.pipe(socket).pipe(behind);
    });
    passed.on("response", (answer) => {
      socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      answer.resume();
    });
    passed.on("error", () => socket.destroy());
    passed.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** What a page does when its socket does not open. */
async function probe(page: string, cookie: string) {
  const response = await fetch(`${page}/ws?room=general&origin=${encodeURIComponent(page)}`, {
    headers: { Accept: "application/json", Cookie: cookie },
  });
  const { code, detail } = await response.json();
  return { status: response.status, code, detail };
}

/** The executable's runtime may open a socket that it refuses: through this proxy that never ends. */
const opensRefused = Deno.env.has("CHATTERBOX_EXE");

Deno.test({
  name: "a page behind a proxy that rewrites Host learns why its socket fails, and PUBLIC_URL fixes it",
  ignore: opensRefused,
  fn: async () => {
    const rewrite = (server: Program) => proxyTo(server, (headers) => headers.host = `localhost:${server.port}`);
    await using server = await startProgram();
    await using proxy = await rewrite(server);
    const cookie = await cookieOf(server, "alice");
    await assert.rejects(connect(proxy, { cookie }), { status: 403 });
    const { status, code, detail } = await probe(proxy.url, cookie);
    assert.deepEqual([status, code], [403, "origin_mismatch"]);
    assert(detail.includes(`this page is at ${proxy.url}`) && detail.includes("set PUBLIC_URL"), detail);
    await eventually(() => server.stderr.includes("Socket refused: origin not allowed"));

    // The proxy's address is known only once it listens.
    await using mended = await startProgram({ env: { PUBLIC_URL: "http://127.0.0.1:1" } });
    await using wrong = await rewrite(mended);
    const again = `chatterbox_session=${await tokenOf(mended, "alice")}`;
    assert.match((await probe(wrong.url, again)).detail, /but PUBLIC_URL is http:\/\/127\.0\.0\.1:1/);
    await using page = await connect(wrong, { cookie: again, origin: "http://127.0.0.1:1" });
    await page.frame('id="people"');
  },
});

Deno.test("a page behind a proxy that drops Upgrade learns why its socket fails", async () => {
  await using server = await startProgram();
  const cookie = await cookieOf(server, "alice");
  await using deaf = await proxyTo(server, (headers) => {
    delete headers.upgrade;
    headers.connection = "close";
  });
  await assert.rejects(connect(deaf, { cookie }), { status: 426 });
  const { status, code, detail } = await probe(deaf.url, cookie);
  assert.deepEqual([status, code], [426, "upgrade_missing"]);
  assert.match(detail, /let the proxy pass on Upgrade and Connection/);
  await eventually(() => server.stderr.includes("Socket refused: Upgrade header missing"));
  await using good = await proxyTo(server, () => {});
  await using page = await connect(good, { cookie });
  await page.frame('id="people"');
});
