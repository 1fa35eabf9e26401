import assert from "node:assert/strict";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadAssets, withoutComments } from "../../routes/assets.ts";
import { openApp } from "../support/app.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("`GET /static` serves a file as immutable under its versioned path", async () => {
  await using app = await openApp();
  const url = app.assets.url("css/chat.css");
  const response = await app.ask(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
  assert.equal(response.headers.get("Content-Type"), "text/css; charset=utf-8");
  const css = await response.text();
  assert(css.length > 0);
  const older = await app.ask(url.replace(app.assets.version, "0123456789abcdef"));
  assert.deepEqual([older.status, older.headers.get("Cache-Control")], [200, "no-cache"]);
  assert.equal(await older.text(), css);
});

Deno.test("`GET /static` compresses for clients that accept it", async () => {
  await using app = await openApp();
  const url = app.assets.url("css/chat.css");
  const plain = await (await app.ask(url)).text();
  const zipped = await app.ask(url, { headers: { "Accept-Encoding": "br, gzip" } });
  assert.equal(zipped.headers.get("Content-Encoding"), "gzip");
  assert.equal(zipped.headers.get("Vary"), "Accept-Encoding");
  assert.equal(gunzipSync(new Uint8Array(await zipped.arrayBuffer())).toString(), plain);
});

Deno.test("`GET /static` serves nothing but its own files", async () => {
  await using app = await openApp();
  const base = `/static/${app.assets.version}`;
  for (
    const path of [
      `${base}/nothing.css`,
      `${base}/`,
      base,
      "/static/",
      `${base}/js`,
      `${base}/../../deno.json`,
      `${base}/..%2f..%2fdeno.json`,
      `${base}/%2e%2e/%2e%2e/main.ts`,
      `${base}/....//main.ts`,
      `${base}/%2fetc%2fpasswd`,
      `${base}/css/chat.css%00.js`,
      `${base}/__proto__`,
      `${base}/constructor`,
    ]
  ) {
    const response = await app.ask(path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});

Deno.test("`loadAssets()` changes all paths when one file changes, and links to no other", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(join(dir.path, "js"));
  await Deno.writeTextFile(join(dir.path, "a.css"), "a{}");
  await Deno.writeTextFile(join(dir.path, "js", "b.js"), "let b;");
  await Deno.writeTextFile(join(dir.path, "notes.txt"), "not served");
  const before = loadAssets(dir.path, {});
  assert.equal(before.url("js/b.js"), `/static/${before.version}/js/b.js`);
  assert.equal(loadAssets(dir.path, {}).version, before.version);
  assert.throws(() => before.url("notes.txt"), /Cannot link to "notes.txt"/);
  assert.equal(before.read("notes.txt"), undefined);
  await Deno.writeTextFile(join(dir.path, "js", "b.js"), "let c;");
  assert.notEqual(loadAssets(dir.path, {}).version, before.version);
});

Deno.test("`GET /static` drops full-line comments and keeps line numbers", () => {
  const script = [
    "/**",
    " * A contract.",
    " */",
    'const url = "http://a/*b*/"; // beside code it stays',
    "  // why",
    "  /* one */",
    "const pattern = /a*/;",
    "",
  ].join("\n");
  const served = withoutComments(script);
  assert.deepEqual(served.split("\n").map((line) => line.trim()), [
    "",
    "",
    "",
    'const url = "http://a/*b*/"; // beside code it stays',
    "",
    "",
    "const pattern = /a*/;",
    "",
  ]);
});

Deno.test("`GET /static` serves our scripts and styles without comment lines, and packages with their licences", () => {
  const assets = loadAssets();
  const text = (file: string) => new TextDecoder().decode(assets.read(file)!.body);
  assert.doesNotMatch(text("js/chat.js"), /^\s*\/[*/]/m);
  assert.doesNotMatch(text("css/chat.css"), /^\s*\/\*/m);
  assert.match(text("vendor/htmx.js"), /^\/\* htmx\.org/);
});
