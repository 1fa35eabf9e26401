import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Gives a text a style, or leaves it alone where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** Whether there are colours is for the caller to say: `styleText` would look at the environment by itself. */
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

/** The same colour for the same person, in every room and on every day. FNV-1a, because similar names should differ. */
export function colourOf(username: string): (typeof COLOURS)[number] {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(username.toLowerCase())) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return COLOURS[(hash >>> 8) % COLOURS.length] ?? COLOURS[0];
}
