/** Unambiguous words. */
// deno-fmt-ignore
export const RUDE = [
  "fuck", "fucks", "fucked", "fucker", "fucking", "motherfucker", "shit", "shits", "shitty", "bullshit", "bitch", "bitches",
  "cunt", "cunts", "asshole", "assholes", "arsehole", "ass", "dick", "dickhead", "cock", "cocksucker", "pussy", "whore",
  "whores", "slut", "sluts", "nigger", "niggers", "nigga", "faggot", "faggots", "fag", "bastard", "bastards", "wanker",
  "wankers", "twat", "prick", "tits", "blowjob", "dildo", "jizz", "retard", "retarded", "dumbass", "bollocks", "penis",
  "vagina", "porn", "piss", "turd", "kike", "chink", "tranny", "sex",
];

/** Ways to write a word that people can read and machines cannot; each returns the spellings of one word. */
export const DISGUISES: Readonly<Record<string, (word: string) => string[]>> = {
  "as it is": (word) => [word],
  "capital first": (word) => [word[0]!.toUpperCase() + word.slice(1)],
  "capitals": (word) => [word.toUpperCase()],
  "alternating capitals": (word) => [alternate(word, (letter) => letter.toUpperCase())],
  "one letter of leetspeak": (word) => each(word, (letter) => LEET[letter]?.[0]),
  "leetspeak, signs": (word) => [every(word, (letter) => LEET[letter]?.at(-1))],
  "leetspeak, vowels": (word) => [every(word, (letter) => /[aeiou]/.test(letter) ? LEET[letter]?.[0] : undefined)],
  "one letter doubled": (word) => each(word, (letter) => letter + letter),
  "a letter five times": (word) => each(word, (letter) => letter.repeat(5)),
  "every letter three times": (word) => [every(word, (letter) => letter.repeat(3))],
  ...Object.fromEntries([" ", "  ", ".", "-", "_", "*", "/", "·", "~"].map((sign) => [
    `with "${sign}" between`,
    (word: string) => [[...word].join(sign)],
  ])),
  "split by a space": (word) => split(word, " "),
  "split by a dot": (word) => split(word, "."),
  "split by a hyphen": (word) => split(word, "-"),
  "one letter masked by *": (word) => [...each(word, () => "*")].slice(1, -1),
  "masked but for the ends": (word) => [word[0] + "*".repeat(word.length - 2) + word.at(-1)],
  "vowels masked": (word) => [word[0] + every(word.slice(1), (letter) => /[aeiou]/.test(letter) ? "*" : undefined)],
  "a vowel masked by #, @, -": (word) =>
    ["#", "@", "-"].flatMap((sign) => [word[0] + word.slice(1).replace(/[aeiou]/, sign)]),
  "full width": (word) => [every(word, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0))],
  "small capitals": (word) => [every(word, (letter) => SMALL_CAPITALS[letter])],
  "mathematical": (word) => [0x1d41a, 0x1d4ea, 0x1d51e, 0x1d552, 0x1d68a].map((a) => shift(word, a)),
  "circled": (word) => [shift(word, 0x24d0), shift(word, 0x1f170)],
  "one Cyrillic letter": (word) => each(word, (letter) => CYRILLIC[letter]),
  "Cyrillic": (word) => [every(word, (letter) => CYRILLIC[letter])],
  "Greek": (word) => [every(word, (letter) => GREEK[letter])],
  "accents on vowels": (word) =>
    ["\u0301", "\u0308", "\u0302"].map((mark) =>
      every(word, (letter) => /[aeiou]/.test(letter) ? letter + mark : undefined)
    ),
  "strikethrough": (word) => [every(word, (letter) => letter + "\u0336")],
  "stacked marks": (word) => [every(word, (letter) => letter + "\u0300\u0316\u035c\u0334")],
  "zero width characters": (word) => ["\u200b", "\u200d", "\u00ad", "\u2060"].map((sign) => [...word].join(sign)),
  "at the end of a sentence": (word) => [`${word}!`, `(${word})`, `"${word}",`, `*${word}*`, `${word}…`, `${word}99`],
};

const LEET: Readonly<Record<string, readonly string[]>> = {
  a: ["4", "@"],
  e: ["3"],
  i: ["1", "!"],
  o: ["0"],
  s: ["5", "$"],
  t: ["7"],
};
const SMALL_CAPITALS = table("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ");
const CYRILLIC = table("aceiopshkt", "асеіорѕһкт");
const GREEK = table("aiouk", "αιουκ");

function table(letters: string, others: string): Record<string, string> {
  return Object.fromEntries([...others].map((other, at) => [letters[at], other]));
}

function each(word: string, change: (letter: string) => string | undefined): string[] {
  return [...word].flatMap((letter, at) => {
    const other = change(letter);
    return other === undefined ? [] : [word.slice(0, at) + other + word.slice(at + 1)];
  });
}

function every(word: string, change: (letter: string) => string | undefined): string {
  return [...word].map((letter) => change(letter) ?? letter).join("");
}

function alternate(word: string, change: (letter: string) => string): string {
  return [...word].map((letter, at) => at % 2 === 1 ? change(letter) : letter).join("");
}

function split(word: string, by: string): string[] {
  return Array.from({ length: word.length - 1 }, (_, at) => word.slice(0, at + 1) + by + word.slice(at + 1));
}

function shift(word: string, a: number): string {
  return every(word, (letter) => String.fromCodePoint(a + letter.charCodeAt(0) - 97));
}
