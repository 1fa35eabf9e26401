import { stringify } from "csv-stringify/sync";

/** Rows read from the store at once. */
export const ROWS_AT_ONCE = 500;

/** Rows written before other work gets its turn: some 2 ms, and 1 MB of the longest messages. */
const ROWS_IN_A_TURN = 100;

export type Cell = string | number | boolean | null;

/** The rows after `key` (the first ones without it), and the key of those after these. */
export type ReadRows<Key> = (key: Key | undefined) => Promise<{ rows: Cell[][]; next: Key | undefined }>;

/**
 * A table as RFC 4180 has it, in UTF-8 with a byte order mark, which spreadsheets tell it by. What they would run as a
 * formula is text. Made while it is read: as much as one page is in memory, nothing is made for a reader who does not
 * read, and the chat has its turn every few milliseconds.
 */
export function csvStream<Key>(columns: readonly string[], read: ReadRows<Key>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting: Cell[][] = [[...columns]];
  let key: Key | undefined;
  let start = "\uFEFF";
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
      if (rows.length > 0) controller.enqueue(encoder.encode(start + csv(rows)));
      start = "";
      if (isRead && waiting.length === 0) controller.close();
      // It rests as long as it has worked: the chat has at least half of the time.
      else await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
    },
  }, { highWaterMark: 0 });
}

function csv(rows: readonly Cell[][]): string {
  return stringify([...rows], {
    cast: { boolean: (value) => value ? "true" : "false" },
    escape_formulas: true,
    // Of line breaks the library quotes only those it writes itself.
    quoted_match: /[\r\n]/,
    record_delimiter: "windows",
  });
}
