import assert from "node:assert/strict";
import { Text } from "../../../views/components/text.tsx";

function rendered(text: string): string {
  return String(<Text text={text} />);
}

function link(href: string, text: string): string {
  return `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;
}

Deno.test("`Text` keeps bidi controls of a link from reordering the rest", () => {
  for (const turn of ["\u202A", "\u202D", "\u202E", "\u2066", "\u2067", "\u2069", "\u200F"]) {
    const html = String(<Text text={`see https://example.com/a${turn}gpj.exe`} />);
    const inside = /<a [^>]*>([^<]*)<\/a>/.exec(html)?.[1];
    assert.ok(inside !== undefined && !inside.includes(turn), `U+${turn.charCodeAt(0).toString(16)}: ${html}`);
  }
});

Deno.test("`Text` links web and mail addresses", () => {
  for (
    const [text, href] of [
      ["https://example.org", "https://example.org"],
      ["http://example.org:8080/a/b?c=d#e", "http://example.org:8080/a/b?c=d#e"],
      ["HTTPS://example.org/", "HTTPS://example.org/"],
      ["example.org", "https://example.org"],
      ["www.example.org/path", "https://www.example.org/path"],
      ["alice@example.org", "mailto:alice@example.org"],
    ] as const
  ) {
    assert.equal(rendered(text), link(href, text));
    assert.equal(rendered(`See ${text} for more`), `See ${link(href, text)} for more`);
  }
});

Deno.test("`Text` leaves trailing punctuation out of a link", () => {
  const url = "https://example.org/a";
  for (const end of [".", ",", "!", "?", ";", ":", ")", "..."]) {
    assert.equal(rendered(`${url}${end}`), `${link(url, url)}${end}`);
  }
  assert.equal(rendered(`(${url})`), `(${link(url, url)})`);
  const wiki = "https://example.org/a_(b)";
  assert.equal(rendered(wiki), link(wiki, wiki), "a balanced bracket stays");
});

Deno.test("`Text` does not link file names, names in code and unknown top-level domains", () => {
  const plain = [
    "README.md main.rs lib.py app.ts index.js install.sh setup.pl data.zip clip.mov photo.ai page.ps core.ml a.so",
    "Makefile.am configure.in config.dev Chatterbox.app java.io std.io foo.name a.cc main.go:12 v1.2.is",
    "java.io.File System.Net ASP.NET socket.io/client next.js yes.no look.at go.to",
    "/var/www/example.org/index.html src/example.com/main.go C:\\www\\example.org @example.org/package foo-.example.org",
    "192.168.0.1 10.0.0.1:8000 12.30 1.5.com2 ...com e.g. i.e.",
  ];
  for (const text of plain) assert.equal(rendered(text).replaceAll("&amp;", "&"), text);
  for (
    const text of ["www.main.rs", "https://main.rs", "http://README.md/", "https://java.io/File", "sub.example.co.uk/x"]
  ) {
    assert.equal(rendered(text), link(text.startsWith("http") ? text : `https://${text}`, text));
  }
});

Deno.test("`Text` ends an address before the punctuation and quotes of any script", () => {
  const url = "https://example.org/a";
  for (const end of "。、，．！？：；）」』】》〉〕｝～…‥”’»›“‘„‚؟،؛।॥ \u3000\u00a0") {
    assert.equal(rendered(`${url}${end}`), `${link(url, url)}${end}`, end);
    assert.equal(
      rendered(`例${end}https://example.org${end}例`),
      `例${end}${link("https://example.org", "https://example.org")}${end}例`,
    );
  }
  for (
    const [before, after] of ["「」", "『』", "（）", "“”", "‘’", "«»", "„“", "‹›", "【】", "《》", "``"].map((
      pair,
    ) => [...pair])
  ) {
    assert.equal(rendered(`${before}${url}${after}`), `${before}${link(url, url)}${after}`);
    assert.equal(rendered(`${before}(${url})。${after}`), `${before}(${link(url, url)})。${after}`);
  }
  const wrapped = [["**", "**"], ["*", "*"], ["'", "'"], ["[x](", ")"], ["", "…"], ["", "🎉"], ["", "**."], ["{", "}"]];
  for (const [before, after] of wrapped) {
    assert.equal(rendered(`${before}${url}${after}`).replaceAll("&#39;", "'"), `${before}${link(url, url)}${after}`);
  }
  const host = "https://example.org";
  for (const after of ["を見て", "는", "ไทย", "'s", "’s", "**", "🎉", "|"]) {
    assert.equal(rendered(`${host}${after}`).replaceAll("&#39;", "'"), `${link(host, host)}${after}`);
  }
});

Deno.test("`Text` keeps all of an address in another script", () => {
  for (
    const url of [
      "https://ja.wikipedia.org/wiki/日本々",
      "https://例え.jp/あ",
      "https://пример.рф/привет",
      "https://münchen.de/ü",
      "http://مثال.إختبار/x",
      "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
      "https://example.org/a?b=[1]&amp;c={2}",
    ]
  ) assert.equal(rendered(url.replace("&amp;", "&")), link(url, url));
});

Deno.test("`Text` separates adjacent addresses", () => {
  const [a, b] = ["https://a.example", "https://b.example"];
  for (const between of ["。", "、", ",", ";", "，", "」「"]) {
    assert.equal(rendered(`${a}${between}${b}`), `${link(a, a)}${between}${link(b, b)}`);
  }
  const archived = "https://web.archive.org/web/https://example.org/";
  assert.equal(rendered(archived), link(archived, archived));
});

Deno.test("`Text` puts no invisible or bidi character into a link", () => {
  for (const hidden of "\u202e\u202d\u202a\u2066\u2067\u200e\u200f\u061c\u200b\u2060\ufeff\u2063") {
    for (
      const text of [`https://example.org/${hidden}gpj.exe`, `https://${hidden}example.org`, `www.exa${hidden}mple.org`]
    ) {
      const html = rendered(text);
      for (const [, href, shown] of html.matchAll(/href="([^"]*)"[^>]*>([^<]*)</g)) {
        assert(!href!.includes(hidden) && !shown!.includes(hidden), JSON.stringify(html));
      }
      assert.equal(html.replaceAll(/<[^>]*>/g, ""), text);
    }
  }
});

Deno.test("`Text` never links a scheme that could run code", () => {
  for (
    const text of [
      "javascript:alert(1)",
      "JaVaScRiPt://example.org/%0aalert(1)",
      "javascript:alert('https://example.org')",
      "java\tscript:alert(1)",
      "data:text/html,<script>alert(1)</script>",
      "data:text/html;base64,PHNjcmlwdD4=",
      "vbscript:msgbox(1)",
      "file:///etc/passwd",
      "ftp://example.org",
      "blob:https://example.org/1",
      "mailto:javascript:alert(1)",
      "//example.org",
      "https:javascript:alert(1)",
    ]
  ) {
    for (const [, href] of rendered(text).matchAll(/href="([^"]*)"/g)) {
      assert.match(href!, /^(https?:\/\/|mailto:)/i, text);
    }
    assert.doesNotMatch(rendered(text), /<script/i, text);
  }
});

Deno.test("`Text` keeps everything else as written, line breaks included", () => {
  for (
    const text of [
      "Hello",
      "two\nlines\n\n  and spaces",
      "no.linkx",
      "12:30",
      "a@b",
      "\u{1F600} é ü 漢字",
      ":-)",
      "...",
    ]
  ) {
    assert.equal(rendered(text), text);
  }
});

Deno.test("`Text` escapes all markup, in and beside links", () => {
  const tags = `<script>alert(1)</script>`;
  for (
    const text of [
      tags,
      `https://example.org/${tags}`,
      `https://example.org/"onmouseover="alert(1)`,
      `https://example.org/'><img src=x onerror=alert(1)>`,
      `${tags} https://example.org ${tags}`,
      `"><svg/onload=alert(1)>@example.org`,
      `&lt;b&gt; &amp; https://example.org?a=1&b=2&quot;`,
    ]
  ) {
    const html = rendered(text);
    const rest = html.replaceAll(/<a href="[^"<>]*" target="_blank" rel="noopener noreferrer nofollow">|<\/a>/g, "");
    assert.doesNotMatch(rest, /[<>"]/, text);
    const plain = rest.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    assert.equal(plain, text, "nothing is lost");
  }
});

Deno.test("`Text` renders in linear time", () => {
  for (
    const piece of [
      "a.",
      "a@",
      "http://",
      "((",
      "https://a.b/(",
      "@a.b.",
      ":/.@",
      "-.-",
      "https://a.b。",
      "https://a.b/)",
      "https://a.bé",
      "a.org,",
    ]
  ) {
    const text = piece.repeat(Math.floor(10_000 / piece.length));
    const start = performance.now();
    rendered(text);
    const ms = performance.now() - start;
    assert(ms < 1000, `${JSON.stringify(piece)} took ${Math.round(ms)} ms`);
  }
});
