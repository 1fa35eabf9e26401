/** Checks the deployment in the README and the Dockerfile, with the real programs where they are installed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runDoctor } from "./cli/doctor/run_doctor.ts";
import { api, connect, cookieOf, join as enter, type Server, tokenOf } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { type Program, startProgram } from "./support/program.ts";
import { tempDir } from "./support/temp_dir.ts";

const root = join(import.meta.dirname!, "..");

/** The only code block of a language in the README and the page on deployment. */
async function block(language: string): Promise<string> {
  const pages = ["README.md", "docs/deployment.md"].map((page) => Deno.readTextFile(join(root, page)));
  const text = (await Promise.all(pages)).join("\n");
  const found = [...text.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```$", "gm"))];
  assert.equal(found.length, 1, `one block of ${language}`);
  return found[0]![1]!;
}

function replaced(text: string, from: string | RegExp, to: string): string {
  assert.notEqual(text.replace(from, to), text, `it contains ${from}`);
  return text.replaceAll(from, to);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether a program is installed. A test that needs it is ignored otherwise. */
async function isInstalled(file: string, ...args: string[]): Promise<boolean> {
  try {
    await new Deno.Command(file, { args, stdout: "null", stderr: "null" }).output();
    return true;
  } catch {
    return false;
  }
}

interface Proxy {
  readonly file: string;
  readonly version: string;
  /** The command that starts it, passing `port` on to `upstream`; `dir` is its own folder. */
  command(port: number, upstream: string, dir: string): Promise<{ args: string[]; env?: Record<string, string> }>;
}

const nginx: Proxy = {
  file: "nginx",
  version: "-v",
  async command(port, upstream, dir) {
    let site = await block("nginx");
    site = replaced(site, "listen 443 ssl;", `listen 127.0.0.1:${port};`);
    site = replaced(site, /^ +ssl_certificate.*\n/gm, "");
    site = replaced(site, "http://127.0.0.1:8000", upstream);
    // A short idle timeout, to be reached within a test.
    site = replaced(site, "proxy_read_timeout 60s;", "proxy_read_timeout 12s;");
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
      `${name}_temp_path ${dir}/${name};`
    );
    const http = `access_log off; ${paths.join(" ")}\n${site}`;
    const config = `daemon off; pid ${dir}/pid; events {}\nhttp { ${http} }\n`;
    await Deno.writeTextFile(join(dir, "nginx.conf"), config);
    return { args: ["-e", "stderr", "-c", join(dir, "nginx.conf")] };
  },
};

const caddy: Proxy = {
  file: "caddy",
  version: "version",
  async command(port, upstream, dir) {
    let site = await block("caddyfile");
    site = replaced(site, "chat.example.org", `http://127.0.0.1:${port}`);
    site = replaced(site, "127.0.0.1:8000", upstream.replace("http://", ""));
    await Deno.writeTextFile(join(dir, "Caddyfile"), `{\n\tadmin off\n}\n${site}`);
    return {
      args: ["run", "--config", join(dir, "Caddyfile"), "--adapter", "caddyfile"],
      env: { XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir, HOME: dir },
    };
  },
};

/** The program behind a proxy configured as in the README. */
async function startBehind(proxy: Proxy) {
  const dir = await tempDir();
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startProgram({ env: { PUBLIC_URL: url, TRUST_PROXY: "on" } });
  const { args, env = {} } = await proxy.command(port, server.url, dir.path);
  const child = new Deno.Command(proxy.file, { args, env, stdout: "null", stderr: "piped" }).spawn();
  const output = new Response(child.stderr).text();
  const through = { url };
  const ready = eventually(() => fetch(`${url}/readyz`).then((r) => r.json().then(() => r.ok), () => false), 10_000);
  const ended = child.status.then(async () => assert.fail(`${proxy.file} ended: ${await output}`));
  await Promise.race([ready, ended]);
  return {
    server,
    through,
    async [Symbol.asyncDispose]() {
      ended.catch(() => {});
      child.kill("SIGTERM");
      await child.status;
      await output;
      await server[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** The doctor's line about sockets. */
async function socketSeenByDoctor({ server, through }: { server: Program; through: Server }): Promise<string> {
  const env = { PORT: String(server.port), DATA_DIR: server.dataDir, PUBLIC_URL: through.url };
  const { stdout } = await runDoctor([], env);
  return stdout.split("\n").find((line) => / socket: /.test(line)) ?? assert.fail(stdout);
}

for (const proxy of [nginx, caddy]) {
  Deno.test({
    name:
      `behind ${proxy.file} as configured in the README: logins, sockets in both directions, addresses and close codes work`,
    ignore: !await isInstalled(proxy.file, proxy.version),
    fn: () => worksBehind(proxy),
  });
}

async function worksBehind(proxy: Proxy): Promise<void> {
  await using setup = await startBehind(proxy);
  const { through, server } = setup;
  const cookie = await cookieOf(through, "alice");
  await using browser = await connect(through, { cookie });
  await using bob = await enter(through, "bob");
  await bob.say("Hello");
  await browser.frame("Hello");
  browser.send({ content: "Good morning", nonce: "n1" });
  await bob.next("message", ({ content }) => content === "Good morning");

  await assert.rejects(connect(through, { cookie, origin: "http://evil.example.org" }), /Refused with 403/);
  await assert.rejects(connect(through, { token: "none" }), /Refused with 401/);

  const alice = await tokenOf(through, "alice");
  assert.equal((await api(through, "/metrics", {})).status, 401, "a proxied request does not count as local");
  assert.equal((await api(through, "/metrics", { token: alice })).status, 200);

  // A client's claim about its own address is ignored.
  const forged = { "Content-Type": "application/json", "X-Forwarded-For": "192.0.2.7" };
  const login = JSON.stringify({ username: "bob", password: "correct horse" });
  await (await fetch(`${through.url}/login`, { method: "POST", headers: forged, body: login })).body?.cancel();
  const { body } = await api(through, "/admin/users/2", { token: alice });
  const addresses = body.sessions.map(({ address }: { address: string }) => address);
  assert.deepEqual([...new Set(addresses)], ["127.0.0.1"]);

  assert.match(await socketSeenByDoctor(setup), /^ok .* accepts sockets$/);

  const { token } = (await api(through, "/login", { body: JSON.parse(login) })).body;
  await using phone = await connect(through, { token });
  await api(through, "/logout", { token, body: {} });
  assert.equal(await phone.closed, 4401);

  // Longer than the proxy's idle timeout: pings keep the socket open.
  const quiet = new Promise((resolve) => setTimeout(resolve, 15_000));
  await Promise.race([quiet, bob.closed.then((code) => assert.fail(`closed with ${code}`))]);
  await bob.say("still here");
  assert.equal(await server.stop(), 0);
  assert.equal(await bob.closed, 1012);
}

Deno.test({
  name: "`doctor` reports an nginx that does not pass sockets on",
  ignore: !await isInstalled(nginx.file, nginx.version),
  async fn() {
    await using setup = await startBehind({
      ...nginx,
      async command(port, upstream, dir) {
        const command = await nginx.command(port, upstream, dir);
        const file = join(dir, "nginx.conf");
        await Deno.writeTextFile(file, replaced(await Deno.readTextFile(file), /^.*(Upgrade|Connection) .*\n/gm, ""));
        return command;
      },
    });
    assert.match(await socketSeenByDoctor(setup), /^warning .* reaches Chatterbox, but not as a socket → .*Upgrade/);
  },
});

Deno.test("the systemd unit waits for the network and restarts after any number of failures", async () => {
  const [head, service] = (await block("ini")).split("[Service]");
  const lines = head!.trim().split("\n");
  assert.equal(lines[0], "[Unit]", "where systemd looks for these");
  for (const line of ["After=network-online.target", "Wants=network-online.target", "StartLimitIntervalSec=0"]) {
    assert(lines.includes(line), line);
  }
  assert.match(service!, /^Restart=on-failure$/m);
  assert.match(service!, /^RestartPreventExitStatus=2$/m, "but not for an invalid setting");
});

Deno.test({
  name: "the systemd unit is valid and sandboxes the program",
  ignore: !await isInstalled("systemd-analyze", "--version"),
  async fn() {
    await using dir = await tempDir();
    const unit = join(dir.path, "chatterbox.service");
    await Deno.writeTextFile(unit, replaced(await block("ini"), "/usr/local/bin/chatterbox", "/bin/true"));
    const analyze = async (...args: string[]) => {
      const { success, stdout, stderr } = await new Deno.Command("systemd-analyze", { args }).output();
      return { success, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    };
    assert.deepEqual(await analyze("verify", unit), { success: true, text: "" });
    // From 0 (safe) to 100; network access alone, which it needs, is 12.
    const exposure = await analyze("security", "--offline=true", "--threshold=20", unit);
    assert(exposure.success, exposure.text);
  },
});

Deno.test("the image is built with the Deno version that the executable is tested with", async () => {
  const dockerfile = await Deno.readTextFile(join(root, "Dockerfile"));
  const gate = await Deno.readTextFile(join(root, ".ci", "run"));
  const [, tested] = /^COMPILE_DENO=\$\{COMPILE_DENO:-([\d.]+)\}/m.exec(gate)!;
  assert.match(dockerfile, new RegExp(`^FROM denoland/deno:${tested} AS build$`, "m"));
});
