import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { htmlEncoding } from "../../ws/encoding/html.tsx";
import { openApp, type TestApp } from "../support/app.ts";
import { messageOf, userOf } from "../support/models.ts";

const KB = 1024;

/** The overhead of a live message beside its text: ids, colours, names and times, in bytes. */
const FRAGMENT_MAX = 350;

Deno.test("a live message costs at most 2.5 times its text plus 350 bytes, for any author", () => {
  const author = userOf(1_234_567, "W".repeat(32));
  const texts = [
    "x",
    "Hello",
    "The quick brown fox jumps over the lazy dog. ".repeat(10),
    "Line after line,\n".repeat(40),
    'He said "no", & went <home>.',
    "Наберите текст. 日本語のテキスト 🙂".repeat(10),
    "see https://example.org/a/rather/long/path?with=a&query#and-more",
  ];
  for (const content of texts) {
    const message = messageOf(author, 1_234_567_899, { content, seq: 1_234_567_890, editedAt: 1 });
    const weight = bytesOf(htmlEncoding.encode({ type: "message", message }));
    assert(weight <= 2.5 * bytesOf(content) + FRAGMENT_MAX, `${weight} bytes for ${bytesOf(content)}: "${content}"`);
  }
});

Deno.test("the chat page with styles and scripts weighs less than 37 KB without its history, htmx less than 17 KB, a cipher 5 KB", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const page = await weigh(app, "/", cookie);
  const weights = new Map([["page", page.weight]]);
  // Files for browsers without scripts are loaded by those only.
  const queue = [...page.text.replace(/<noscript>.*?<\/noscript>/gs, "").matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)]
    .map(([, url]) => url!);
  for (let url; (url = queue.shift());) {
    if (weights.has(url)) continue;
    const { text, weight } = await weigh(app, url);
    weights.set(url, weight);
    const imported = url.endsWith(".js") ? text.matchAll(/^import [^"]* from "(\.\.?\/[^"]+)"/gm) : [];
    for (const [, name] of imported) queue.push(new URL(name!, `http://localhost${url}`).pathname);
  }
  const isHtmx = (url: string) => url.endsWith("/vendor/htmx.js");
  const isCipher = (url: string) => url.endsWith("/vendor/xchacha20poly1305.js");
  const isOurs = (url: string) => !isHtmx(url) && !isCipher(url);
  const sum = (urls: string[]) => urls.reduce((total, url) => total + weights.get(url)!, 0);
  const all = [...weights.keys()];
  assert(all.some((url) => url.endsWith(".css")), "the stylesheet was found");
  assert(all.filter((url) => /\/js\//.test(url)).length >= 12, "the scripts and their imports were found");
  const sizes = all.map((url) => `${url}: ${weights.get(url)}`).join("\n");
  assert(sum(all.filter(isOurs)) < 37 * KB, `${sum(all.filter(isOurs))}\n${sizes}`);
  assert(sum(all.filter(isHtmx)) > 0 && sum(all.filter(isHtmx)) < 17 * KB, sizes);
  assert(sum(all.filter(isCipher)) > 0 && sum(all.filter(isCipher)) < 5 * KB, sizes);
});

/** The transfer size of a response to a browser, in bytes of the body. */
async function weigh(app: TestApp, url: string, cookie?: string): Promise<{ text: string; weight: number }> {
  const response = await app.ask(url, {
    page: true,
    headers: { "Accept-Encoding": "gzip" },
    ...(cookie === undefined ? {} : { cookie }),
  });
  assert.equal(response.status, 200, url);
  const body = new Uint8Array(await response.arrayBuffer());
  const zipped = response.headers.get("Content-Encoding") === "gzip";
  return { text: (zipped ? gunzipSync(body) : body).toString(), weight: body.length };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
