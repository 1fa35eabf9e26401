import assert from "node:assert/strict";
import { WordList } from "../../../ws/words/word_list.ts";
import { DISGUISES } from "../../words/spellings.ts";

const standard = new WordList([]);

function forbids(list: WordList, texts: string[]): string[] {
  return texts.filter((text) => list.forbids(text));
}

Deno.test("`WordList.forbids()` finds split, masked, small and mixed spellings", () => {
  const texts = [
    "oh shi t",
    "fuc k you",
    "fu ck",
    "f uck",
    "Fuc k",
    "bi tch",
    "assh ole",
    "mother fuc ker",
    "fuc\u00a0k",
    "fuc.k",
    "fu-ck",
    "f uc k",
    "ꜰᴜᴄᴋ",
    "ғᴜᴄᴋ",
    "ꜰᴜᴄᴋ ʏᴏᴜ",
    "f**k",
    "F**K",
    "f*ck",
    "fu*k",
    "fu**",
    "what the f***",
    "f***ing",
    "sh*t",
    "s**t!",
    "b*tch",
    "m*therf*cker",
    "f#ck",
    "f@ck",
    "f@#k",
    "f-ck",
    "f🍆ck",
    "sh\u0131t",
    "ｆｕｃｋ",
    "ⓕⓤⓒⓚ",
    "🅵🆄🅲🅺",
    "🇫 🇺 🇨 🇰",
    "𝒻𝓊𝒸𝓀",
    "fυck",
    "fцck".replace("ц", "υ"),
    "ѕһіт",
    "ꓝꓴꓚꓗ",
    "ᶠᵘᶜᵏ",
    "shlT".replace("lT", "It"),
    "sIut",
    "SHlT",
    "a fuck",
    "I f u c k",
    "f\tu\tc\tk",
    "f  u  c  k",
    "f, u, c, k",
    "f\nu\nc\nk",
    "fuck99",
    "99fuck",
    "$hit",
    "a$$",
    "@sshole",
    "fu\u0308ck",
    "f\u0301\u0316\u0334u\u0301c\u0301k",
    "son of a bitch",
    "blow job",
    "(fuck)",
    "fuck/off",
    "fuck_you",
    "你真是个fucker啊",
    "p3n1s",
    "p e n i s",
  ];
  assert.deepEqual(texts.filter((text) => !standard.forbids(text)), []);
});

Deno.test("`WordList.forbids()` allows innocent names, places, words, codes and numbers", () => {
  const texts = [
    ...[
      "The Fukushima report is ready",
      "Professor Fu",
      "Fukuda",
      "Fukuoka",
      "Dikshit",
      "Assmann",
      "Slutsky",
      "rapeseed",
    ],
    ...[
      "summa cum laude",
      "kitchen-cum-dining room",
      "Fücks",
      "Herr Fücks",
      "Bích",
      "bích",
      "BÍCH",
      "Ngọc Bích",
      "cúm",
    ],
    ...[
      "Fu\u0308cks",
      "B\u0131\u0301ch",
      "cụm từ",
      "Johann Fück",
      "Scunthorpe",
      "Penistone",
      "Dick Smith",
      "Ask Dick.",
    ],
    ...["Dick's desk", "Moby-Dick", "Cockburn", "Hancock", "Mr Cock", "Essex", "Sussex", "Middlesex", "Phuc", "Phuket"],
    ...["Shi T.", "Dr. Shi", "Fuchs", "Kuntz", "Kunt", "Titmuss", "Wankel", "Nigel", "Niger", "Nigeria", "Butt", "Gay"],
    ...[
      "Lightwater",
      "Clitheroe",
      "Arsenal",
      "Pratt",
      "Horniman",
      "Sexton",
      "Bumstead",
      "Cummings",
      "Shitake",
      "Hitchcock",
    ],
    ...["assert", "class", "--analyze", "const assets = pass(assembly)", "cat -A | less", "grass", "embassy", "bass"],
    ...[
      "the pen is here",
      "but t is small",
      "it was hit",
      "it's hit or miss",
      "a mass hole",
      "as shown",
      "Do it",
      "an al dente",
    ],
    ...[
      "who re-reads this",
      "who're you",
      "he is hit",
      "s hit",
      "press it",
      "push it",
      "a s",
      "as s",
      "I am a ss",
      "U S S R",
    ],
    ...[
      "Anna S. S. Brown",
      "A. S. S. Meyer",
      "A.S.S. GmbH",
      "the title, tilt and titles",
      "an all-out effort",
      "let us assess",
    ],
    ...[
      "can us",
      "Ssssshhhh, it's a secret",
      "Shh, it is late",
      "the Shiite calendar",
      "to titillate",
      "cockatoo",
      "peacock",
    ],
    ...[
      "4 a 5 5",
      "as5",
      "AS5",
      "F-4G",
      "TIT2",
      "A$55",
      "US$5",
      "5$",
      "455",
      "$455",
      "b00b5",
      "a55e55",
      "0xa55",
      "b17",
    ],
    ...[
      "c0a8fa6d-fa6d-4b00-b00b-a55a455a7170",
      "dQw4w9WgXcQ+/ass4Qz==",
      "https://example.com/essex/classes?x=1#tit-bits",
    ],
    ...[
      "anna.ass@example.com".replace(".ass", ".assmann"),
      "info@penistone.example",
      "scunthorpe_united.png",
      "@ss: done",
      "C++",
    ],
    ...[
      "a*b*c",
      "**bold** text",
      "f(x) = s**2",
      "2 * 3 * 4",
      "x**y",
      "J*** D**",
      "snake_case_class",
      "a||b",
      "!important",
      "SH17",
      "Twatt, Orkney",
      "Fucking, Austria",
      "c&&t",
      "m||!!f",
      "cum.s",
      "t||t",
      "t|T",
      "arr[Ti++]",
      "**or**",
      "f(k)",
      "n&&!a",
      "anna1",
      "ClI7",
    ],
    ...["5 kg, 10 cm, 3 m², 20 °C, µs", "1,000.50 €", "+49 717 455-0", "2026-11-25T03:34:26Z", "III", "VIII", "v1.2.3"],
    ...[
      "the sex of the kitten",
      "same-sex marriage",
      "she was raped",
      "a penis fracture",
      "ein dicker Hund",
      "cum se face",
    ],
    ...[
      "le retard du train",
      "la douche",
      "Río Negro",
      "Сумма 5 сум",
      "шапка",
      "Тит",
      "секунда",
      "Ύψος",
      "ΤΙΤΛΟΣ",
      "漢字",
    ],
    ...["हिन्दी में लिखो", "ภาษาไทย", "العربية", "עברית", "한국어", "日本語テキスト", "Việt Nam", "Şişli", "Łódź", "Ærø"],
    ...['"', "", "....", "- - -", "* * *", "@", "$$$", "!!!", "\u0301", "\u200b", "\ud83d", "🇸🇪 🇺🇸 🇨🇭", "👩‍👩‍👧‍👦"],
  ];
  assert.deepEqual(forbids(standard, texts), []);
});

Deno.test("`WordList.forbids()` never matches inside a longer word", () => {
  const words = ["fuck", "shit", "ass", "cunt", "dick", "cock", "tits", "whore", "fag", "slut", "wank"];
  const texts = words.flatMap((
    word,
  ) => [`x${word}`, `${word}q`, `ex${word}q`, `${word.toUpperCase()}Q`, `é${word}é`, `${word}ж`]);
  assert.deepEqual(forbids(standard, texts), []);
});

Deno.test("`WordList.forbids()` finds more than nine of ten spellings of unambiguous words", () => {
  const words = [
    "fuck",
    "fucking",
    "shit",
    "bullshit",
    "bitch",
    "asshole",
    "cunt",
    "nigger",
    "faggot",
    "motherfucker",
    "wankers",
  ];
  for (const [disguise, spell] of Object.entries(DISGUISES)) {
    const spellings = words.flatMap(spell);
    const found = forbids(standard, spellings).length;
    assert(
      found >= spellings.length * (disguise.startsWith("split") ? 0.7 : 0.95),
      `${disguise}: ${found} of ${spellings.length}`,
    );
  }
});

Deno.test("`WordList.forbids()` reads no numbers as a word, whatever their separators", () => {
  const list = new WordList([]);
  const found: string[] = [];
  for (const sign of ["-", "–", "_", ".", ":", "/", " ", ",", "*", "%", "#", "$", "x", ""]) {
    for (let n = 0; n < 800; n++) {
      for (const m of [0, 1, 3, 5, 7, 8, 17, 46, 53, 55, 75, 85, 173, 175]) {
        const score = `${n}${sign}${m}`;
        if (list.forbids(score) || list.forbids(`alice-${score} said`)) found.push(score);
      }
    }
  }
  assert.deepEqual(found, []);
});
