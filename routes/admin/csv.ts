import { stringify } from "csv-stringify/sync";

/** Rows per query. */
export const ROWS_AT_ONCE = 500;

/** Rows encoded before yielding: about 2 ms, and 1 MB of the longest messages. */
const ROWS_IN_A_TURN = 100;

export type Cell = string | number | boolean | null;

/** Reads the rows after `key`, or the first ones, and returns the key for the next call. */
export type ReadRows<Key> = (key: Key | undefined) => Promise<{ rows: Cell[][]; next: Key | undefined }>;

/** CSV dialect. */
export interface Layout {
  readonly separator: "," | ";" | "\t";
  /** Whether to write a first line `sep=…`, which makes Excel use the separator in every locale. */
  readonly named: boolean;
}

/**
 * Streams a table as CSV (RFC 4180) in UTF-8 with the byte order mark that spreadsheets expect. Cells that a
 * spreadsheet would run as formulas are escaped, for any separator. One page of rows is in memory, nothing is produced
 * for a client that does not read, and the event loop is yielded to every few milliseconds.
 */
export function csvStream<Key>(
  columns: readonly string[],
  read: ReadRows<Key>,
  { separator, named }: Layout = { separator: ",", named: false },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting: Cell[][] = [[...columns]];
  let key: Key | undefined;
  let start = named ? `\uFEFFsep=${separator}\r\n` : "\uFEFF";
  let isRead = false;

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const begun = performance.now();
      if (waiting.length === 0) {
        const page = await read(key);
        waiting = page.rows;
        key = page.next;
        isRead = page.next === undefined;
      }
      const rows = waiting.slice(0, ROWS_IN_A_TURN);
      waiting = waiting.slice(ROWS_IN_A_TURN);
      if (rows.length > 0) controller.enqueue(encoder.encode(start + csv(rows, separator)));
      start = "";
      if (isRead && waiting.length === 0) controller.close();
      // Pause for as long as the work took, so that other work gets at least half of the time.
      else await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
    },
  }, { highWaterMark: 0 });
}

function csv(rows: readonly Cell[][], delimiter: string): string {
  return stringify(rows.map((row) => row.map((cell) => typeof cell === "string" ? defuse(cell) : cell)), {
    cast: { boolean: (value) => value ? "true" : "false" },
    delimiter,
    // Quote for every separator, so that a reader that assumes another one keeps the cell whole.
    quoted_match: /[\r\n,;\t]/,
    record_delimiter: "windows",
  });
}

/** Characters that start a formula: = + - @, plain, full-width or small, and the minus sign. */
const TRIGGERS = new Set("=+-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212");
const TRIGGER = new RegExp(`[${[...TRIGGERS].join("").replace("-", "\\-")}]`);

/** Characters after which a reader with another separator, or without support for quotes, starts a cell. */
const BOUNDARIES = new Set(',;|\t\r\n\v\f\x85\u2028\u2029"\u201C\u201D');

/** Invisible characters that spreadsheets trim or skip before a formula. */
const BLANK = /[\s\p{Cf}\p{Cc}]/u;

/**
 * Prefixes an apostrophe wherever a spreadsheet may start a formula. Existing apostrophes are kept: to restore the
 * text, remove one from each run that is followed by such a character.
 */
export function defuse(text: string): string {
  if (!TRIGGER.test(text)) return text;
  let safe = "";
  let taken = 0;
  let begins = true;
  // A loop, since a regular expression with lookbehind over blanks takes half a second for ten thousand of them.
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (BOUNDARIES.has(sign)) begins = true;
    else if (begins && !BLANK.test(sign)) {
      begins = false;
      const start = at;
      while (text[at] === "'") at += 1;
      if (TRIGGERS.has(text[at] ?? "")) {
        safe += `${text.slice(taken, start)}'`;
        taken = start;
      }
      // The character after the apostrophes may be a boundary.
      if (at > start) at -= 1;
    }
  }
  return safe + text.slice(taken);
}
