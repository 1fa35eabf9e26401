import { rectifyConfusion } from "unicode-confusables";

/**
 * Visual similarity of display names: users, the instance, rooms. Names that look alike count as one name, against
 * impersonation.
 */

/** Invisible characters, marks and separators. */
const IGNORED = /[\p{M}\p{C}\p{P}\p{Z}]/gu;

/** Digits read as letters, except at the end of a name, where they count: "m4ry", but not "ann4". */
const LEET: Readonly<Record<string, string>> = { 2: "z", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b" };

/** Letters that resemble a pair of letters, besides the "rn" that Unicode lists. */
const PAIRS: Readonly<Record<string, string>> = { m: "rn", w: "vv", d: "cl" };

/** The shape of a letter. A stroke that may be i, l or 1 is kept. */
function look(letter: string): string {
  if (letter === "l" || letter === "1") return letter;
  // Unicode's prototype of every plain stroke is the small l (https://www.unicode.org/reports/tr39, confusables.txt).
  const prototype = rectifyConfusion(letter);
  return prototype === "l" ? "I" : [...prototype.toLowerCase()].map((each) => PAIRS[each] ?? each).join("");
}

/** Precomputed: the package takes about 5 µs per letter. */
const ASCII = Array.from({ length: 128 }, (_, code) => look(String.fromCharCode(code)));

/** The shape of a name. */
function shape(name: string): string {
  const seen = name.normalize("NFKD").replace(IGNORED, "");
  const letters = [...seen].map((letter) => ASCII[letter.codePointAt(0)!] ?? look(letter)).join("");
  return letters.replace(/[234578](?=.*\p{L})/gu, (digit) => LEET[digit]!);
}

/** Equal for all names that may look alike, in any script. Stored and compared in the database. */
export function skeleton(name: string): string {
  return plain(shape(name));
}

function plain(shape: string): string {
  return shape.replace(/[iI1]/g, "l");
}

/**
 * Whether users may confuse the names: same except for case, separators and similar letters. A small i and an l differ,
 * since Neil and Nell are different names.
 */
export function looksLike(one: string, other: string): boolean {
  const [here, there] = [shape(one), shape(other)];
  if (plain(here) !== plain(there)) return false;
  return [...here].every((stroke, at) => !["il", "li"].includes(stroke + there[at]));
}

/** Names that suggest authority; digits at the end do not change that. */
const ROLES = [
  "admin admins administrator administrators sysadmin moderator moderators mod mods root superuser",
  "system server support helpdesk help staff owner operator official security abuse postmaster webmaster hostmaster",
].join(" ").split(" ");

/** Words with a meaning in a chat: group addresses and the program's own words. */
const WORDS = [
  "all everyone everybody here channel room group online anybody nobody someone",
  "bot chatbot chatterbox automatic commandline noreply",
  "deleted deleteduser unknown anonymous null undefined",
].join(" ").split(" ");

/** Whether nobody may use the name, or one that looks like it. */
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

/** Scripts that occur together, from "Highly Restrictive" in UTS 39, 5.2. */
const TOGETHER = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
];

/** Whether a word mixes scripts that do not occur together: "Chаt" with a Cyrillic а. */
export function mixesScripts(name: string): boolean {
  return name.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => {
    const scripts = SCRIPTS.filter(([, has]) => has.test(word)).map(([script]) => script);
    if (OTHER_LETTER.test(word)) return scripts.length > 0;
    return scripts.length > 1 && !TOGETHER.some((set) => scripts.every((script) => set.includes(script)));
  });
}

/** Characters that are invisible or change the direction of the text around them. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u2800\u034F\u17B4\u17B5]/u;

/** Joiners where they have an effect: within emoji and within scripts they shape. */
const JOINED =
  /(?<=[\p{Extended_Pictographic}\u{FE0F}\u{1F3FB}-\u{1F3FF}])\u200D(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{M}])[\u200C\u200D]/gu;

/** Whether a name contains invisible characters. */
export function hasUnseen(name: string): boolean {
  return UNSEEN.test(name.replace(JOINED, ""));
}
