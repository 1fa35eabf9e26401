import assert from "node:assert/strict";
import { logger } from "../../../cli/terminal/logger.ts";
import type { Log } from "../../../db/log.ts";

function written(format: "pretty" | "json", tell: (log: Log) => void): string[] {
  const lines: string[] = [];
  tell(logger({ format, level: "info", write: (line) => lines.push(line), now: () => Date.UTC(2026, 10, 21, 3) }));
  return lines;
}

/** Characters that end a line, begin an escape sequence, or reorder text. */
// deno-lint-ignore no-control-regex
const DANGEROUS = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\u{e0041}/u;

const NASTY = [
  "\x1b[2J\x1b]0;owned\x07",
  "\x9b31m",
  "a\r\n03:00:00.000 info  request method=GET path=/admin status=200",
  "a\u2028b\u2029c\x85d\x0be\x0cf",
  "\u202egnp.exe\u202c \u2066x\u2069 \u200e\u061c",
  "zero\u200bwidth\ufeff\xad",
  "\u{e0041}tag",
  "\0\x08\x7f",
];

for (const format of ["pretty", "json"] as const) {
  Deno.test(`an event is one ${format} line without control characters, whatever its facts contain`, () => {
    for (const nasty of NASTY) {
      const error = new Error(nasty, { cause: new Error(nasty) });
      const [line, ...more] = written(format, (log) => {
        log("warn", `event ${nasty}`, { path: nasty, list: [nasty], inner: { name: nasty }, error });
      });
      assert.deepEqual(more, []);
      assert.doesNotMatch(line!, DANGEROUS, JSON.stringify(nasty));
    }
  });

  Deno.test(`a user's fact is truncated in a ${format} line, an error is not`, () => {
    const [line] = written(format, (log) => log("info", "request", { path: "x".repeat(100_000) }));
    assert(line!.length < 2200);
    const [error] = written(format, (log) => log("error", "failed", { error: new Error("x".repeat(10_000)) }));
    assert(error!.length > 10_000);
  });
}

Deno.test("a JSON line decodes to exactly the logged facts", () => {
  for (const path of NASTY) {
    const [line] = written("json", (log) => log("info", "request", { path }));
    assert.equal(JSON.parse(line!).path, path);
  }
});

Deno.test("a pretty line quotes a value with a space, a quote or an equals sign", () => {
  const [line] = written("pretty", (log) => {
    log("info", "request", { path: "/a status=200", host: 'x" y="z', plain: "/rooms/general", empty: "", ms: 1.5 });
  });
  assert.equal(
    line,
    '03:00:00.000 info  request path="/a status=200" host="x\\" y=\\"z" plain=/rooms/general empty="" ms=1.5',
  );
});
