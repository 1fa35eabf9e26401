import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { api, connect, cookieOf, join, PASSWORD, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";

const TOKEN = "a-token-for-prometheus";

interface Family {
  readonly help: string;
  readonly type: string;
  /** By name and labels. */
  readonly samples: Map<string, number>;
}

/** Parses Prometheus' text format; throws for anything else. */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let family: Family | undefined;
  let prefix = "";
  let help = "";
  assert.equal(text.at(-1), "\n");
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, helped, text] = /^# HELP ([a-z_]+) (.+)$/.exec(line) ?? [];
    const [, typed, type] = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (text !== undefined) {
      prefix = helped!;
      help = text;
      assert(!families.has(prefix), `${prefix} is described once`);
    } else if (type !== undefined) {
      assert.equal(typed, prefix);
      families.set(prefix, family = { help, type, samples: new Map() });
    } else {
      const [, name = "", value] = /^([a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z0-9]+="[^"]*")*\})?) (\S+)$/.exec(line) ?? [];
      assert(name.startsWith(prefix) && family, line);
      assert(Number.isFinite(Number(value)), line);
      assert(!family.samples.has(name), line);
      family.samples.set(name, Number(value));
    }
  }
  return families;
}

/** All samples of a running program, by name and labels. */
async function metricsOf(program: Program): Promise<Map<string, number>> {
  const { status, body } = await api(program, "/metrics");
  assert.equal(status, 200);
  return new Map([...parse(body).values()].flatMap(({ samples }) => [...samples]));
}

Deno.test("`GET /metrics` follows Prometheus' text format and conventions", async () => {
  await using program = await startProgram();
  const response = await fetch(`${program.url}/metrics`);
  assert.equal(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const families = parse(await response.text());
  assert(families.size >= 20, `${families.size} of them`);
  for (const [name, { type, samples }] of families) {
    assert(samples.size > 0, name);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.match(name, /^(chatterbox|process)_/);
    if (type !== "histogram") continue;
    const buckets = [...samples].filter(([sample]) => sample.startsWith(`${name}_bucket{le="`));
    assert(buckets.every(([, count], at) => at === 0 || count >= buckets[at - 1]![1]), `${name} adds up`);
    assert.equal(buckets.at(-1)![0], `${name}_bucket{le="+Inf"}`);
    assert.equal(samples.get(`${name}_count`), buckets.at(-1)![1]);
    assert(samples.get(`${name}_sum`)! >= 0);
  }
});

Deno.test("`GET /metrics` counts connections, messages, deliveries, commits and logins", async () => {
  const start = Date.now() / 1000;
  await using program = await startProgram({ env: { RATE_LIMITS: "on", BCRYPT_COST: "10" } });
  await using alice = await join(program, "alice");
  await using _bob = await join(program, "bob");
  await using _browser = await connect(program, { cookie: await cookieOf(program, "carol") });
  await api(program, "/login", { body: { username: "alice", password: "wrong horse" } });
  for (let n = 0; n < 10; n++) await api(program, "/login", { body: { username: "bob", password: "wrong horse" } });
  await api(program, "/login", { body: { username: "bob", password: PASSWORD } });
  await alice.say("one", "n1");
  await alice.say("one", "n1");
  const id = await alice.say("two");
  alice.send({ type: "edit", id, content: "2", nonce: "n3" });
  await alice.next("ack", ({ nonce }) => nonce === "n3");
  for (let n = 0; n < 70; n++) alice.send({ type: "typing" });
  await alice.next("error", ({ code }) => code === "rate_limited");

  const metrics = await eventually(async () => {
    const metrics = await metricsOf(program);
    const done = metrics.get("chatterbox_deliveries_total") === 9 && metrics.get("chatterbox_commands_waiting") === 0 &&
      metrics.get("chatterbox_event_loop_delay_seconds_count")! > 0 &&
      metrics.get("chatterbox_writes_waiting") === 0;
    return done ? metrics : undefined;
  });
  const value = (name: string) => metrics.get(name) ?? assert.fail(`no ${name}`);
  assert.equal(value('chatterbox_connections{encoding="json"}'), 2);
  assert.equal(value('chatterbox_connections{encoding="html"}'), 1);
  assert.equal(value("chatterbox_connections_opened_total"), 3);
  assert.equal(value("chatterbox_users_online"), 3);
  assert.equal(value("chatterbox_rooms"), 1);
  assert.equal(value("chatterbox_messages_total"), 2, "a repeated nonce is not counted");
  assert(value("chatterbox_frames_total") >= 9);
  assert.equal(value("chatterbox_logins_total"), 3);
  assert.equal(value('chatterbox_logins_refused_total{reason="unauthenticated"}'), 11);
  assert.equal(value('chatterbox_logins_refused_total{reason="rate_limited"}'), 1);
  assert(value("chatterbox_commands_rate_limited_total") >= 1);
  assert(value("chatterbox_commit_seconds_count") >= 6);
  assert.equal(value("chatterbox_commit_writes_count"), value("chatterbox_commit_seconds_count"));
  assert(value("chatterbox_commit_writes_sum") >= value("chatterbox_commit_writes_count"));
  assert(value("chatterbox_commit_seconds_sum") > 0);
  assert.equal(value("chatterbox_commits_failed_total"), 0);
  assert.equal(value("chatterbox_slow_readers_total"), 0);
  assert.equal(value("chatterbox_unsent_bytes"), 0);
  assert(value("process_resident_memory_bytes") > 10_000_000);
  assert(value("chatterbox_heap_used_bytes") > 1_000_000);
  assert(value("process_cpu_seconds_total") > 0);
  const started = value("process_start_time_seconds");
  assert(started > start - 5 && started <= Date.now() / 1000, `${started}`);
  const build = [...metrics].find(([name]) => name.startsWith("chatterbox_build_info{"))!;
  assert.match(build[0], /version="\d+\.\d+\.\d+.*",deno="\d+\.\d+\.\d+",v8="/);

  await alice.close();
  await eventually(async () => (await metricsOf(program)).get('chatterbox_connections{encoding="json"}') === 1);
  assert(!program.stderr.includes('"/metrics"'), "scraping is not logged");
});

Deno.test("`GET /metrics` is open to this machine, but not through a proxy", async () => {
  await using program = await startProgram({ env: { METRICS_TOKEN: TOKEN } });
  const status = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${program.url}/metrics`, { headers: { Accept: "application/json", ...headers } });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status(), 200);
  const added = [
    "X-Forwarded-For",
    "Forwarded",
    "X-Real-IP",
    "Via",
    "X-Client-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
  ];
  const more = ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Cluster-Client-IP", "Fly-Client-IP"];
  const others = [
    "X-Request-ID",
    "X-Amzn-Trace-Id",
    "CDN-Loop",
    "Client-IP",
    "X-Envoy-Internal",
    "X-Anything",
    "Remote-Addr",
  ];
  for (const name of [...added, ...more, ...others]) {
    assert.equal(await status({ [name]: "127.0.0.1" }), 401, name);
  }
  const direct = {
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
    "Accept-Encoding": "gzip",
    "User-Agent": "Prometheus/3",
  };
  assert.equal(await status(direct), 200, "as Prometheus asks");
  const proxied = { "X-Forwarded-For": "192.0.2.7" };
  assert.equal(await status({ ...proxied, Authorization: `Bearer ${TOKEN}` }), 200);
  assert.equal(await status({ ...proxied, Authorization: `Bearer ${TOKEN.slice(0, -1)}` }), 401);
  assert.equal(await status({ ...proxied, Authorization: `Bearer ${TOKEN}x` }), 401);
  assert.equal(await status({ ...proxied, Authorization: TOKEN }), 401);
  const alice = await tokenOf(program, "alice");
  const bob = await tokenOf(program, "bob");
  assert.equal(await status({ ...proxied, Authorization: `Bearer ${alice}` }), 200, "the administrator");
  assert.equal(await status({ ...proxied, Authorization: `Bearer ${bob}` }), 403, "a member");
  assert(!program.stderr.includes(TOKEN));
});

Deno.test("`GET /metrics` needs credentials from elsewhere, and under a foreign host name", async () => {
  await using app = await openApp();
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(await app.statusFrom(address, "http://localhost:8000/metrics"), 200, address);
  }
  for (const url of ["http://127.0.0.1:8000/metrics", "http://[::1]:8000/metrics"]) {
    assert.equal(await app.statusFrom("127.0.0.1", url), 200, url);
  }
  for (const address of ["192.0.2.7", "::ffff:192.0.2.7", "127.0.0.1.example.org", "", "10.127.0.1"]) {
    assert.equal(await app.statusFrom(address, "http://localhost:8000/metrics"), 401, address);
  }
  for (const url of ["http://chat.example.org/metrics", "http://127.0.0.1.example.org/metrics"]) {
    assert.equal(await app.statusFrom("127.0.0.1", url), 421, url);
  }
  const none = await app.statusFrom("192.0.2.7", "http://localhost/metrics", { Authorization: "Bearer undefined" });
  assert.equal(none, 401, "without a configured token none is valid");
});
