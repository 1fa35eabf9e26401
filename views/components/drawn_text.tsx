import { raw } from "hono/html";
import { Text } from "./text.tsx";

/** Cache size in characters of texts and their HTML: a few pages of the longest messages. */
const KEPT = 8 * 1024 * 1024;

/** Up to this length, in characters, rendering is faster than a cache lookup. */
const SHORT = 32;

/** HTML by text, least recently used first. It depends on the text only. */
const kept = new Map<string, string>();
let size = 0;

/**
 * Renders a text as HTML through a cache. Linkifying 10,000 characters may take milliseconds, and a message is rendered
 * for the room, for joins, reconnects and pages.
 */
export function DrawnText({ text }: { text: string }) {
  return text.length <= SHORT ? <Text text={text} /> : raw(drawnText(text));
}

/** Returns a text's HTML from the cache, or renders it. */
export function drawnText(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) {
    kept.delete(text);
    kept.set(text, known);
    return known;
  }
  // Flattens the string: one concatenated from thousands of pieces takes ten times the memory.
  const drawn = Buffer.from(String(<Text text={text} />)).toString();
  keep(text, drawn);
  return drawn;
}

/** Characters to render: 0 if the text is cached or short. */
export function workOf(text: string): number {
  return text.length <= SHORT || kept.has(text) ? 0 : text.length;
}

/** Characters in the cache. */
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
