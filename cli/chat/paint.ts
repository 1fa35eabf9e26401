import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Styles a text, or leaves it alone without colours. */
export type Paint = (style: Style, text: string) => string;

/** The caller decides about colours, because `styleText` would read the environment by itself. */
export function painter(colours: boolean): Paint {
  return colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

const COLOURS = [
  "cyan",
  "yellow",
  "green",
  "magenta",
  "blueBright",
  "redBright",
  "cyanBright",
  "yellowBright",
  "greenBright",
  "magentaBright",
] as const;

/** A user's colour, the same everywhere. FNV-1a gives similar names different colours. */
export function colourOf(username: string): (typeof COLOURS)[number] {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(username.toLowerCase())) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return COLOURS[(hash >>> 8) % COLOURS.length] ?? COLOURS[0];
}
