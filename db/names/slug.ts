import { randomInt } from "node:crypto";

/** As long as a slug may be, less the ending that tells it from another. */
const BASE_MAX = 48;

/** Letters that are easy to read aloud and to tell apart. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** A slug that resembles a room's name; empty when the name has no letter or digit of ASCII, accents aside. */
export function slugOf(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, BASE_MAX)
    .replace(/^-+|-+$/g, "");
}

/** Characters nobody guesses, where a slug must not be one. */
export function randomPart(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}
