import assert from "node:assert/strict";
import { api, join, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import { dialRaw } from "../support/raw_socket.ts";

/** Sends a raw request, its body a moment after its head; resolves to the response. */
async function answerTo(server: Program, token: string, first: string, headers: string[], body: string) {
  await using raw = await dialRaw(server);
  const lines = [
    first,
    `Host: ${new URL(server.url).host}`,
    `Authorization: Bearer ${token}`,
    "Accept: application/json",
    ...headers,
  ];
  raw.write(`${lines.join("\r\n")}\r\n\r\n${body.slice(0, 5)}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  raw.write(body.slice(5));
  await eventually(
    () => /^HTTP\/1\.1 \d+ [^]*\r\n\r\n[^]*(\}|\r\n)/.test(raw.text),
    5000,
    () => `an answer: ${raw.text}`,
  );
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(raw.text)![1]);
  // The connection stays open, unless told otherwise.
  const second = raw.text.length;
  raw.write(`GET /healthz HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n\r\n`);
  await eventually(() => raw.text.length > second, 5000, () => "an answer to a second request");
  return { status, text: raw.text };
}

Deno.test("an upgrade to anything but a socket is ignored, and its request answered with its body", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "bob");
  const post = "POST /rooms/general/messages HTTP/1.1";
  const posted: string[] = [];
  // The first is what Java's HttpClient sends with its first request to a host.
  const upgrades = [
    ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"],
    ["Connection: Upgrade", "Upgrade: TLS/1.0"],
    ["Connection: keep-alive, Upgrade", "Upgrade: h2c, websocket"],
    // A handshake is a GET (RFC 6455, 4.1).
    [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${btoa("x".repeat(16))}`,
    ],
  ];
  for (const upgrade of upgrades) {
    for (const coding of ["length", "chunks"]) {
      const content = `${upgrade[1]} in ${coding}`;
      posted.push(content);
      const json = JSON.stringify({ content });
      const [header, body] = coding === "length"
        ? [`Content-Length: ${json.length}`, json]
        : ["Transfer-Encoding: chunked", `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`];
      const { status, text } = await answerTo(
        server,
        token,
        post,
        ["Content-Type: application/json", header, ...upgrade],
        body,
      );
      assert.equal(status, 200, content);
      assert.match(text, /\{"id":\d+\}/, content);
    }
  }
  await alice.next("message", ({ content }) => content === posted.at(-1));
  const { body } = await api(server, "/rooms/general/messages", { token });
  assert.deepEqual(body.messages.map(({ content }: { content: string }) => content), posted, "each is stored once");
});

Deno.test("a socket request at another path than /ws is answered as an ordinary one", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
  for (
    const [path, status] of [["/healthz", 200], ["/users", 200], ["/wsx", 404], ["//ws", 404], ["/ws/", 404]] as const
  ) {
    assert.equal((await answerTo(server, token, `GET ${path} HTTP/1.1`, upgrade, "")).status, status, path);
  }
});

Deno.test("a proxy that drops Upgrade or Connection is reported by 426 and in the log", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  const handshake = ["Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${btoa("x".repeat(16))}`];
  for (const left of [[], ["Upgrade: websocket"], ["Connection: Upgrade"]]) {
    const { status, text } = await answerTo(server, token, "GET /ws HTTP/1.1", [...left, ...handshake], "");
    assert.equal(status, 426, text);
    assert.match(text, /"code":"upgrade_missing"/);
  }
  const event = "Socket refused: Upgrade header missing";
  await eventually(() => server.stderr.includes(event));
  assert.equal(server.stderr.split(event).length, 2, "logged once");
});
