const QUOTE = 0x22, COMMA = 0x2c, COLON = 0x3a, BRACKET = 0x5b, BACKSLASH = 0x5c, BRACE = 0x7b;

/**
 * Whether a JSON text has more than so many parts: commas, colons and opening brackets outside of its strings. Parsing
 * 64 KB of one string takes microseconds, and 64 KB of brackets or of keys milliseconds, while everybody waits. A text
 * that is no JSON may be counted wrongly; it cannot be parsed either.
 */
export function hasMoreParts(text: string, most: number): boolean {
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      for (at++; at < text.length; at++) {
        const inside = text.charCodeAt(at);
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) at++;
      }
    } else if (code === COMMA || code === COLON || code === BRACKET || code === BRACE) {
      if (++parts > most) return true;
    }
  }
  return false;
}
