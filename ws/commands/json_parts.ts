const QUOTE = 0x22, COMMA = 0x2c, COLON = 0x3a, BRACKET = 0x5b, BACKSLASH = 0x5c, BRACE = 0x7b;

/**
 * Whether a JSON text has more than `most` parts: commas, colons and opening brackets outside strings. Parsing 64 KB of
 * one string takes microseconds, but 64 KB of brackets or keys takes milliseconds, which block the event loop. The
 * count may be wrong for invalid JSON, which is refused anyway.
 */
export function hasMoreParts(text: string, most: number): boolean {
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === COMMA || code === COLON || code === BRACKET || code === BRACE) {
      if (++parts > most) return true;
    }
  }
  return false;
}

/** The index at which the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  const end = text.indexOf('"', start + 1);
  // The fast path: most strings contain no escaped quotes.
  if (end === -1 || text.charCodeAt(end - 1) !== BACKSLASH) return end === -1 ? text.length : end;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}
