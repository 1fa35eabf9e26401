import assert from "node:assert/strict";
import { Text } from "../../views/text.tsx";

function drawn(text: string): string {
  return String(<Text text={text} />);
}

function link(href: string, text: string): string {
  return `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;
}

Deno.test("`Text` makes addresses of the web and of mail into links", () => {
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
    assert.equal(drawn(text), link(href, text));
    assert.equal(drawn(`See ${text} for more`), `See ${link(href, text)} for more`);
  }
});

Deno.test("`Text` leaves the punctuation behind an address out of the link", () => {
  const url = "https://example.org/a";
  for (const end of [".", ",", "!", "?", ";", ":", ")", "..."]) {
    assert.equal(drawn(`${url}${end}`), `${link(url, url)}${end}`);
  }
  assert.equal(drawn(`(${url})`), `(${link(url, url)})`);
  const wiki = "https://example.org/a_(b)";
  assert.equal(drawn(wiki), link(wiki, wiki), "a bracket that belongs to it stays");
});

Deno.test("`Text` makes no link of anything that could run", () => {
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
    for (const [, href] of drawn(text).matchAll(/href="([^"]*)"/g)) {
      assert.match(href!, /^(https?:\/\/|mailto:)/i, text);
    }
    assert.doesNotMatch(drawn(text), /<script/i, text);
  }
});

Deno.test("`Text` keeps everything else as it was written, line breaks included", () => {
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
    assert.equal(drawn(text), text);
  }
});

Deno.test("`Text` lets no markup through, in and beside links", () => {
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
    const html = drawn(text);
    const rest = html.replaceAll(/<a href="[^"<>]*" target="_blank" rel="noopener noreferrer nofollow">|<\/a>/g, "");
    assert.doesNotMatch(rest, /[<>"]/, text);
    const plain = rest.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    assert.equal(plain, text, "nothing is lost");
  }
});

Deno.test("`Text` is drawn in time that grows with its length, however it is written", () => {
  for (const piece of ["a.", "a@", "http://", "((", "https://a.b/(", "@a.b.", ":/.@", "-.-"]) {
    const text = piece.repeat(Math.floor(10_000 / piece.length));
    const start = performance.now();
    drawn(text);
    const ms = performance.now() - start;
    assert(ms < 1000, `${JSON.stringify(piece)} took ${Math.round(ms)} ms`);
  }
});
