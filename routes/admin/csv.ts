import { stringify } from "csv-stringify/sync";

/** Rows read per query. */
export const ROWS_AT_ONCE = 500;

/** Rows written before other work gets its turn: some 2 ms, and 1 MB of the longest messages. */
const ROWS_IN_A_TURN = 100;

export type Cell = string | number | boolean | null;

/** The rows after `key` (the first ones without it), and the key of those after these. */
export type ReadRows<Key> = (key: Key | undefined) => Promise<{ rows: Cell[][]; next: Key | undefined }>;

/** How a table is written down. */
export interface Layout {
  readonly separator: "," | ";" | "\t";
  /** Whether the first line names the separator, as Excel reads it whatever the country. */
  readonly named: boolean;
}

/**
 * A table in CSV (RFC 4180), in UTF-8 with the byte order mark that spreadsheets expect. What they would run as a formula
 * becomes text, whichever separator they assume. It is streamed: one page is in memory, nothing is produced for a client
 * that does not read, and the event loop is free every few milliseconds.
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
      // It pauses for as long as it has worked, so that the chat has at least half of the time.
      else await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
    },
  }, { highWaterMark: 0 });
}

function csv(rows: readonly Cell[][], delimiter: string): string {
  return stringify(rows.map((row) => row.map((cell) => typeof cell === "string" ? defuse(cell) : cell)), {
    cast: { boolean: (value) => value ? "true" : "false" },
    delimiter,
    // With another separator the cell is still whole where it begins a line, and runs nowhere else.
    quoted_match: /[\r\n,;\t]/,
    record_delimiter: "windows",
  });
}

/** What makes a formula of what follows: = + - @, as they are, wide or small, and the minus sign. */
const TRIGGERS = new Set("=+-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212");
const TRIGGER = new RegExp(`[${[...TRIGGERS].join("").replace("-", "\\-")}]`);

/** After these a cell begins for a reader that uses another separator or ignores our quotes. */
const BOUNDARIES = new Set(',;|\t\r\n\v\f\x85\u2028\u2029"\u201C\u201D');

/** Invisible before a formula, and trimmed or skipped. */
const BLANK = /[\s\p{Cf}\p{Cc}]/u;

/**
 * Puts an apostrophe before what a spreadsheet would run, wherever it takes a cell to begin. Apostrophes that stand there
 * already are the writer's own: to have the text back, take one away from each run of them that is followed by such a sign.
 */
export function defuse(text: string): string {
  if (!TRIGGER.test(text)) return text;
  let safe = "";
  let taken = 0;
  let begins = true;
  // By hand, since an expression that looks back over blanks takes half a second for ten thousand of them.
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
      // What follows the apostrophes may be a boundary.
      if (at > start) at -= 1;
    }
  }
  return safe + text.slice(taken);
}
