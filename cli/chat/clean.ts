/**
 * A server's text made safe to print. An escape sequence could move the cursor over another's words, retitle the
 * window or answer for the keyboard; a bidi override could show words in an order they were not written in. So control
 * characters become their visible pictures (␛), bidi controls and lone surrogates vanish or become �, and what is left
 * is text, line breaks (`\n`) and tabs.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(BIDI_CONTROLS, "")
    .replace(CONTROLS, picture);
}

/** {@linkcode clean}, and on one line that can be taken back: a line break is `\n`, a backslash `\\`. */
export function oneLine(text: string): string {
  return clean(text).replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** {@linkcode clean} for a name, a detail, a reason: one line of at most `length` characters. */
export function brief(text: string, length = 300): string {
  const line = clean(text).replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : line;
}

const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// C0 without tab and line feed, DEL, and C1: terminals take U+009B for the start of an escape sequence too.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}
