/**
 * Makes a server's text safe to print. An escape sequence could move the cursor over other messages, change the
 * window's title or type for the user; a bidi override could reorder words. Control characters become visible pictures
 * (␛), and bidi controls and lone surrogates are removed or become �. Line breaks (`\n`) and tabs remain.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(BIDI_CONTROLS, "")
    .replace(CONTROLS, picture);
}

/** {@linkcode clean}, reversibly on one line: a line break becomes `\n`, a backslash `\\`. */
export function oneLine(text: string): string {
  return clean(text).replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** {@linkcode clean} for a name or a detail: one line of at most `length` characters. */
export function brief(text: string, length = 300): string {
  const line = clean(text).replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : line;
}

const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// C0 except tab and line feed, DEL, and C1: terminals treat U+009B as the start of an escape sequence too.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}
