/** Texts that cost a word list as much as possible. */

const LENGTH = 10_000;

/** Usual messages of a hundred characters. */
export function usualMessages(): string[] {
  return [
    "The build is green again; I merged the fix for the login page, so please pull before you continue.  ",
    "Can somebody look at https://example.com/issues/1234?tab=log before the call at 14:30 today, please?",
    "I'd rather ship on Tuesday: half of the team is off, and we've got 3 open bugs (#12, #15 and #19)...",
    "Könnte bitte jemand prüfen, ob die Änderungen für Zürich schon übernommen wurden? Danke, schöne Grüße",
    "Добрый день! Завтра встреча в десять часов, не забудьте взять с собой отчёт за прошлый квартал, все.",
  ].map((text) => text.slice(0, 100).padEnd(100, "."));
}

/** By the characters they consist of. None of them is rude, so that every one is read to its end. */
export function worstTexts(): [string, string][] {
  const parts: [string, string][] = [
    ["one letter", "a"],
    ["one letter of a word", "f"],
    ["single letters", "f "],
    ["single letters, repeating", "f u c "],
    ["the same single letter", "s "],
    ["the start of words", "fuc "],
    ["the start of words, dotted", "fuc."],
    ["most of a long word", "motherfucke "],
    ["split words", "mother fuc me "],
    ["two letters each", "fu cu sh "],
    ["ones", "1"],
    ["ones among letters", "k1l1"],
    ["b1 and spaces", "b1 "],
    ["bl1", "bl1l1"],
    ["asterisks", "*"],
    ["masked words", "f** "],
    ["masked letters", "s*"],
    ["many masked", "s****a "],
    ["hyphens", "-"],
    ["a-b", "s-h-"],
    ["signs", "$@!"],
    ["signs and letters", "$h!"],
    ["signs, spaced", "$h! "],
    ["exclamation marks", "!"],
    ["quotes", '"'],
    ["apostrophes", "f'"],
    ["combining marks", "\u0301"],
    ["marks of many classes", "\u0301\u0316\u0334\u0321\u035c\u05b0\u3099"],
    ["a letter with marks", "f\u0301\u0316"],
    ["zero width", "\u200b"],
    ["letters and zero width", "s\u200b"],
    ["spaces", " "],
    ["new lines", "\n"],
    ["one ligature", "\ufdfa"],
    ["ligatures", "\ufb03"],
    ["small capitals", "ꜰᴜ"],
    ["mathematical", "𝔣𝔲"],
    ["flags", "🇫🇺"],
    ["emoji", "🙂"],
    ["family", "👩‍👩‍👧‍👦"],
    ["Cyrillic look-alikes", "ѕһ "],
    ["Han", "漢字"],
    ["Hangul, in parts", "\u1112\u1161\u11ab"],
    ["Thai", "กา"],
    ["names", "Dick "],
    ["names, exempt each", "Dicks Cock "],
    ["innocent words", "anal "],
    ["exempt words", "assess "],
    ["phrases", "moby dick "],
    ["starts of phrases", "blow blow "],
    ["rape", "rape "],
    ["mixed scripts", "fа漢"],
    ["digits", "5"],
    ["digits and letters", "5h1"],
    ["hex", "a55"],
    ["lone surrogates", "\ud83d"],
    ["prices", "$5"],
    ["accents", "fücks "],
    ["long runs", `${"f".repeat(99)} ${"u".repeat(99)} `],
    ["runs of one letter", `${"s".repeat(60)} `],
  ];
  const all = parts.map(([name, part]): [string, string] => [
    name,
    part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH),
  ]);
  all.push(["every letter there is", points(0xa1, 0x30a1)]);
  all.push(["Han, each once", points(0x4e00, 0x4e00 + LENGTH)]);
  all.push(["astral, each once", points(0x10280, 0x10280 + LENGTH / 2)]);
  return all;
}

function points(from: number, to: number): string {
  let text = "";
  for (let point = from; point < to && text.length < LENGTH; point++) text += String.fromCodePoint(point);
  return text;
}
