import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import settings from "../../../deno.json" with { type: "json" };
import { api, join as enter, tokenOf } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { startProgram } from "../../support/program.ts";
import { canMount, memoryDisk } from "../../support/disk.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { runDoctor, visit } from "./run_doctor.ts";

async function run(file: string, ...args: string[]): Promise<string | undefined> {
  const child = new Deno.Command(file, { args, stdout: "null", stderr: "piped" });
  const { success, stderr } = await child.output().catch((error: Error) => ({
    success: false,
    stderr: new TextEncoder().encode(error.message),
  }));
  return success ? undefined : new TextDecoder().decode(stderr).trim();
}

const mountable = await canMount();
/** Only root may give a file away. */
const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;
const hasOpenssl = await run("openssl", "version") === undefined;

/** Leaves no byte free. */
async function fill(path: string): Promise<void> {
  await run("sh", "-c", 'cat /dev/zero > "$0" 2>/dev/null', path);
}

Deno.test({
  name: "`doctor` reports a full disk with cause and fix, and the server works after the fix",
  ignore: !mountable,
  async fn() {
    await using disk = await memoryDisk(300 << 20);
    const data = join(disk.path, "data");
    await using server = await startProgram({ dataDir: data });
    const token = await tokenOf(server, "alice");
    const post = () => api(server, "/rooms/general/messages", { token, body: { content: "x".repeat(9000) } });
    assert.equal((await post()).status, 200);
    const env = { PORT: String(server.port) };
    const little = await visit(data, env);
    assert.equal(little.code, 0);
    assert.equal(little.the("disk").status, "warning");
    assert.match(little.the("disk").text, /^only \d+ MB of 315 MB free in /);

    await Deno.writeFile(join(disk.path, "most"), new Uint8Array(250_000_000));
    const nearly = await visit(data, env);
    assert.equal(nearly.code, 1);
    assert.match(nearly.the("disk").text, /^nearly full: only \d+(\.\d)? MB of 315 MB free in /);

    await fill(join(disk.path, "rest"));
    await eventually(async () => (await post()).status >= 500);
    const full = await visit(data, env, { unsettled: "server" });
    assert.equal(full.code, 1);
    assert.equal(full.the("disk").status, "failure");
    assert.match(full.the("disk").text, /^full: 0 bytes of 315 MB free in .*Acknowledged messages are safe; no more/);
    assert.match(full.the("disk").advice!, /free space .*--data.*resumes when there is space/);
    for (const name of ["database", "migrations", "contents", "clock"]) assert.equal(full.the(name).status, "ok");

    await Deno.remove(join(disk.path, "rest"));
    await Deno.remove(join(disk.path, "most"));
    assert.equal((await post()).status, 200, "as the doctor said");
  },
});

Deno.test({
  name: "`doctor` reports a disk that cannot be written",
  ignore: !mountable,
  async fn() {
    await using disk = await memoryDisk(200 << 20);
    const data = join(disk.path, "data");
    {
      await using server = await startProgram({ dataDir: data });
      await server.stop();
    }
    assert.equal(await run("mount", "-o", "remount,ro", disk.path), undefined);
    const { code, the } = await visit(data);
    assert.equal(code, 1);
    assert.match(the("data").text, /^Cannot write to .*\(EROFS/);
    assert.match(the("data").advice!, /permissions.*--data/);
  },
});

Deno.test({
  name: "`doctor` reports a database of another user",
  ignore: !isRoot,
  async fn() {
    await using dir = await tempDir();
    const data = join(dir.path, "data");
    {
      await using server = await startProgram({ dataDir: data });
      await server.stop();
    }
    assert.equal(await run("chown", "4321", join(data, "chatterbox.db")), undefined);
    const { code, of } = await visit(data);
    assert.equal(code, 0);
    assert.match(of("data")[0]!.text, /chatterbox\.db belongs to user 4321, but doctor runs as user \d+/);
    assert.match(of("data")[0]!.advice!, /run doctor as the user who runs the server/);
  },
});

/** A server of the test's own. */
async function listening(server: ReturnType<typeof createTcpServer>) {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port: String(port),
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function answering(listener: RequestListener) {
  return listening(createServer(listener));
}

/** A server that answers with JSON, by path. */
function saying(answers: Record<string, [status: number, body: unknown]>) {
  return answering((request, response) => {
    const [status, body] = answers[request.url!] ?? [404, {}];
    response.writeHead(status, { "Content-Type": "application/json", Connection: "close" }).end(JSON.stringify(body));
  });
}

Deno.test("`doctor` distinguishes a server of this version, another version, one that is not ready, and something else", async () => {
  await using dir = await tempDir();
  const { version } = settings;
  await using other = await saying({
    "/healthz": [200, { status: "ok", version: "9.9.9" }],
    "/readyz": [200, { status: "ok" }],
  });
  const old = await visit(dir.path, { PORT: other.port });
  assert.equal(old.the("server").status, "warning");
  assert.match(old.the("server").text, new RegExp(`^Chatterbox 9\\.9\\.9 is running at .*, but this is ${version}$`));

  await using broken = await saying({
    "/healthz": [200, { status: "ok", version }],
    "/readyz": [503, { status: "unavailable", detail: "Store cannot be reached\x1b[2J" }],
  });
  const unready = await visit(dir.path, { PORT: broken.port });
  assert.equal(unready.code, 1);
  assert.match(unready.the("server").text, / is not ready \(Store cannot be reached␛\[2J\)$/);

  await using page = await answering((_request, response) => response.writeHead(200).end("<h1>Hello</h1>"));
  const foreign = await visit(dir.path, { PORT: page.port });
  assert.equal(foreign.code, 1);
  assert.match(foreign.the("server").text, /^another program responds on /);

  const anywhere = await visit(dir.path, { PORT: "0" });
  assert.equal(anywhere.the("server").status, "ok");
});

Deno.test("`doctor --ready` checks one thing: whether the server can serve", async () => {
  await using server = await startProgram();
  const ready = await runDoctor(["--ready"], { PORT: String(server.port), HOST: "0.0.0.0" });
  assert.deepEqual([ready.code, ready.stdout, ready.stderr], [0, `${server.url} is ready\n`, ""]);
  const { port } = server;
  await server.stop();
  const gone = await runDoctor(["--ready", "--port", String(port)]);
  assert.equal(gone.code, 1);
  assert.match(gone.stdout, /^http:\/\/127\.0\.0\.1:\d+: no response \(.*refused.*\)\n$/i);
  assert.equal((await runDoctor(["--ready", "--port", "0"])).code, 2);
});

Deno.test("`doctor` reports what a proxy does to sockets", async () => {
  await using dir = await tempDir();
  await using server = await startProgram({ dataDir: dir.path });
  await using _alice = await enter(server, "alice");
  const socketAt = async (url: string) => {
    const { the, code } = await visit(dir.path, { PORT: String(server.port), PUBLIC_URL: url });
    assert.equal(code, 0, "nothing about a proxy is a failure of the server's");
    return the("socket");
  };

  await using good = await listening(createTcpServer((near) => {
    const far = connect(server.port, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => {});
  }));
  assert.equal((await socketAt(good.url)).text, `${good.url}/ws accepts sockets`);

  await using stripping = await answering(async (request, response) => {
    const { upgrade: _upgrade, connection: _connection, host: _host, ...headers } = request.headers;
    const passed = await fetch(server.url + request.url, { headers: headers as Record<string, string> });
    response.writeHead(passed.status, Object.fromEntries(passed.headers)).end(await passed.text());
  });
  const plain = await socketAt(stripping.url);
  assert.equal(plain.status, "warning");
  assert.equal(plain.text, `${stripping.url}/ws reaches Chatterbox, but not as a socket`);
  assert.match(plain.advice!, /Upgrade and Connection.*README\.md#behind-a-proxy/);

  const fixed: [status: number, headers: Record<string, string>, text: RegExp][] = [
    [301, { Location: "https://chat.example.org/ws" }, /redirects to https:\/\/chat\.example\.org\/ws$/],
    [401, { "WWW-Authenticate": "Basic" }, /asks for credentials of its own$/],
    [404, {}, /answered by another program \(404\)$/],
    [200, { "Content-Type": "text/html" }, /answered by another program \(200\)$/],
    [502, { "Content-Type": "text/html" }, /a proxy that does not reach Chatterbox \(502\)$/],
  ];
  for (const [status, headers, text] of fixed) {
    await using proxy = await answering((_request, response) => response.writeHead(status, headers).end("<h1>…</h1>"));
    const found = await socketAt(proxy.url);
    assert.equal(found.status, "warning");
    assert.match(found.text, text);
  }
  const nobody = await socketAt("http://nowhere.invalid");
  assert.match(nobody.text, /cannot be reached from here \(.+\)$/);
});

Deno.test({
  name: "`doctor` reports an invalid certificate",
  ignore: !hasOpenssl,
  async fn() {
    await using dir = await tempDir();
    const [key, cert] = [join(dir.path, "key.pem"), join(dir.path, "cert.pem")];
    const request = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-subj",
      "/CN=localhost",
    ];
    assert.equal(await run("openssl", ...request), undefined);
    const identity = { key: await Deno.readTextFile(key), cert: await Deno.readTextFile(cert) };
    await using proxy = await listening(createSecureServer(identity, (_request, response) => response.end()));
    const url = `https://127.0.0.1:${proxy.port}`;
    const { the } = await visit(join(dir.path, "data"), { PUBLIC_URL: url, TRUST_PROXY: "on" });
    assert.equal(the("socket").status, "warning");
    assert(
      the("socket").text.startsWith(`${url}/ws cannot be reached securely (invalid peer certificate`),
      the("socket").text,
    );
  },
});
