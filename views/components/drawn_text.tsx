import { raw } from "hono/html";
import { Text } from "./text.tsx";

/** Characters of texts and of their drawings that are kept: those of a few pages of the longest messages. */
const KEPT = 8 * 1024 * 1024;

/** Up to this length, in characters, a text is drawn sooner than it is looked for. */
const SHORT = 32;

/** Drawings by text, the least recently used first: a drawing depends on nothing but its text. */
const kept = new Map<string, string>();
let size = 0;

/**
 * A text as HTML, drawn once: to find the links in 10,000 characters may take some milliseconds, and the same message is
 * drawn for the room, for those who come, for those who come back and for pages.
 */
export function DrawnText({ text }: { text: string }) {
  return text.length <= SHORT ? <Text text={text} /> : raw(drawnText(text));
}

/** Draws a text unless that has been done. */
export function drawnText(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) {
    kept.delete(text);
    kept.set(text, known);
    return known;
  }
  // What has been put together of a thousand pieces is one piece again: it takes a tenth of the memory.
  const drawn = Buffer.from(String(<Text text={text} />)).toString();
  keep(text, drawn);
  return drawn;
}

/** How much there is to draw: characters, or 0 when it has been done. */
export function workOf(text: string): number {
  return text.length <= SHORT || kept.has(text) ? 0 : text.length;
}

/** Characters held now. */
export function drawnSize(): number {
  return size;
}

function keep(text: string, drawn: string): void {
  kept.set(text, drawn);
  size += text.length + drawn.length;
  for (const [oldest, its] of kept) {
    if (size <= KEPT) break;
    kept.delete(oldest);
    size -= oldest.length + its.length;
  }
}
