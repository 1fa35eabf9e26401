import assert from "node:assert/strict";
import { WordList } from "../../ws/word_list.ts";
import { generator } from "../support/generator.ts";
import { DRESSES } from "../words/spellings.ts";
import { usualMessages, worstTexts } from "../words/worst.ts";

const standard = new WordList([]);

function forbids(list: WordList, texts: string[]): string[] {
  return texts.filter((text) => list.forbids(text));
}

Deno.test("`WordList.forbids()` finds a word in every dress", () => {
  const texts = [
    "fuck",
    "FUCK you",
    "fück",
    "fuuuuuck",
    "sh1t",
    "5hit",
    "a$$hole",
    "b!tch",
    "f u c k",
    "f.u.c.k",
    "F-U-C-K you",
    "f*u*c*k",
    "it is s h i t",
    "f\u200bu\u200bck",
    "fu\u00adck",
    "f\u0336u\u0336c\u0336k\u0336",
    "fսck",
    "ѕhit",
    "ｆｕｃｋ",
    "𝔣𝔲𝔠𝔨",
    "what the fuck is this",
    "fuck\nyou",
    "you are a motherfucker",
  ]; // deno-fmt-ignore-line
  assert.deepEqual(forbids(standard, texts), texts);
});

Deno.test("`WordList.forbids()` leaves innocent words alone", () => {
  const texts = [
    "class",
    "Scunthorpe",
    "assess",
    "assassin",
    "bass",
    "cocktail",
    "Dickens",
    "Moby Dick",
    "document",
    "cumulative",
    "analysis",
    "pass hit",
    "Essex",
    "grape",
    "therapist",
    "button",
    "title",
    "shiitake",
    "penistone",
    "a s s e s s",
    "I a m a b c",
    "U S A",
    "Anna S. S. Brown",
    "e.g. this",
    "1 2 3 4 5",
    "push it",
    "cockpit",
    "raccoon",
    "saltwater",
    "https://example.com/class?id=assess",
    "455",
    "717",
    "room n16",
    "N116",
    "4 5 5",
    "in 1455",
    "+49 717 455-0",
    "c0a8fa6d-fa6d-4b00-b00b-a55a455a7170",
    "",
    "🙂 👩‍👩‍👧‍👦",
  ]; // deno-fmt-ignore-line
  assert.deepEqual(forbids(standard, texts), []);
});

Deno.test("`WordList` takes an administrator's own words, in any alphabet, as whole words", () => {
  const list = new WordList([
    { word: "aardvark", kind: "forbidden" },
    { word: "дурак", kind: "forbidden" },
    { word: "pineapple pizza", kind: "forbidden" },
  ]);
  const bad = ["aardvark", "AArdvárk!", "a a r d v a r k", "ДУРАК", "no pineapple pizza please"];
  assert.deepEqual(forbids(list, bad), bad);
  assert.deepEqual(forbids(list, ["aardvarks", "дуракам", "pineapple", "pizza"]), []);
});

Deno.test("`WordList` lets through what an administrator allows", () => {
  assert(standard.forbids("boobs"));
  const list = new WordList([{ word: "boobs", kind: "allowed" }]);
  assert(!list.forbids("my boobs are none of your business"));
  assert(list.forbids("fuck"));
});

Deno.test("`WordList.forbidsName()` finds words among the separators of names", () => {
  const bad = ["fuck", "fuck_you", "FUCK-OFF", "the.fuck", "fuck99"];
  assert.deepEqual(bad.filter((name) => standard.forbidsName(name)), bad);
  const good = ["alice", "class_of_99", "Scunthorpe", "anna.s.s", "xXclassXx"];
  assert.deepEqual(good.filter((name) => standard.forbidsName(name)), []);
});

Deno.test("`WordList.forbids()` finds what is torn, masked, small or mixed", () => {
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
    "shi+",
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

Deno.test("`WordList.forbids()` blocks no innocent name, place, word, code or number", () => {
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

Deno.test("`WordList.forbids()` never finds a word inside a longer one", () => {
  const words = ["fuck", "shit", "ass", "cunt", "dick", "cock", "tits", "whore", "fag", "slut", "wank"];
  const texts = words.flatMap((
    word,
  ) => [`x${word}`, `${word}q`, `ex${word}q`, `${word.toUpperCase()}Q`, `é${word}é`, `${word}ж`]);
  assert.deepEqual(forbids(standard, texts), []);
});

Deno.test("`WordList.forbids()` finds more than nine of ten spellings of what is not ambiguous", () => {
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
  for (const [dress, spell] of Object.entries(DRESSES)) {
    const spellings = words.flatMap(spell);
    const found = forbids(standard, spellings).length;
    assert(
      found >= spellings.length * (dress.startsWith("torn") ? 0.7 : 0.95),
      `${dress}: ${found} of ${spellings.length}`,
    );
  }
});

Deno.test("`WordList`'s exceptions have accents, capitals and several words, however they are encoded", () => {
  const spellings = ["Müller", "MU\u0308LLER", "müller", "Mu\u0308ller", "ｍüller"];
  for (const word of spellings) {
    const list = new WordList([{ word: "muller", kind: "forbidden" }, { word, kind: "allowed" }]);
    assert.deepEqual(forbids(list, [...spellings, "muller", "mu\u0301ller"]), ["muller", "mu\u0301ller"], word);
  }
  const list = new WordList([
    { word: "bítch", kind: "allowed" },
    { word: "fück", kind: "allowed" },
    { word: "Big  Dick Energy", kind: "allowed" },
    { word: "ДУРАК", kind: "forbidden" },
    { word: "дурак-поле".replace("-", " "), kind: "allowed" },
  ]);
  assert.deepEqual(
    forbids(list, ["bítch", "BÍTCH", "bi\u0301tch", "fück", "a big dick energy, they say", "дурак поле"]),
    [],
  );
  const bad = ["bitch", "bïtch", "fuck", "fùck", "big dick", "дурак", "поле дурак"];
  assert.deepEqual(forbids(list, bad), bad);
});

Deno.test("`WordList`: what an administrator takes off the list is off in every spelling, and nothing else is", () => {
  const list = new WordList([{ word: "Shit", kind: "allowed" }]);
  assert.deepEqual(forbids(list, ["shit", "SHIT", "sh1t", "shiiiit", "s h i t", "s**t", "shi t", "ѕhit", "$hit"]), []);
  assert.deepEqual(forbids(list, ["shitty", "bullshit", "fuck"]), ["shitty", "bullshit", "fuck"]);
});

Deno.test("`WordList` takes an administrator's words in every script, through the same disguises", () => {
  const words = [
    "crétin",
    "Dummkopf",
    "straße",
    "дурак",
    "ёлка",
    "μαλάκας",
    "كلب",
    "כלב",
    "गधा",
    "ควาย",
    "傻逼",
    "ばか",
    "바보",
    "đồ ngu",
  ];
  const list = new WordList(words.map((word) => ({ word: word.toLowerCase(), kind: "forbidden" as const })));
  const bad = [
    ...words,
    ...words.map((word) => word.toUpperCase()),
    ...words.map((word) => word.normalize("NFD")),
    ...words.map((word) => `“${word}”!`),
    ...[
      "CRETIN",
      "cr3tin",
      "d u m m k o p f",
      "dummk*pf",
      "ДУРААААК",
      "д.у.р.а.к",
      "дypak",
      "елка",
      "ΜΑΛΑΚΑΣ",
      "كـــلب",
      "كَلْب",
    ],
    ...["你是傻逼吗", "このばかもの", "คนควายมาก", "傻 逼", "đồ  ngu", "ĐỒ NGU"],
  ];
  assert.deepEqual(bad.filter((text) => !list.forbids(text)), []);
  const good = [
    "дураком",
    "дурачок",
    "μαλακ",
    "كلبي",
    "गधी",
    "गधे",
    "바보들",
    "đồ",
    "ngu",
    "dummkopfartig",
    "cretinous",
    "傻",
    "か",
  ];
  assert.deepEqual(forbids(list, good), []);
});

Deno.test("`WordList`: an administrator's word counts although the program would let it through", () => {
  const list = new WordList(["dick", "sex", "bích", "moby dick"].map((word) => ({ word, kind: "forbidden" as const })));
  const bad = ["Dick", "sex", "Bích", "Moby Dick"];
  assert.deepEqual(bad.filter((text) => !list.forbids(text)), []);
});

Deno.test("`WordList`: an administrator's numbers count as they are written, not as letters", () => {
  const list = new WordList([{ word: "88", kind: "forbidden" }, { word: "covid19", kind: "forbidden" }, {
    word: "ill",
    kind: "forbidden",
  }]);
  assert.deepEqual(forbids(list, ["88", "in 88 days", "covid19", "COVID19", "ill"]), [
    "88",
    "in 88 days",
    "covid19",
    "COVID19",
    "ill",
  ]);
  assert.deepEqual(forbids(list, ["bb", "1988", "8", "III", "lil", "all"]), []);
});

Deno.test("`WordList.forbidsName()` finds a word through what parts names, and none inside a longer one", () => {
  const bad = [
    ...[
      "fuck_you",
      "fuck.you",
      "Fuck-You",
      "fuckYou",
      "iLoveShit",
      "x_fuck_x",
      "fuck2you",
      "1fuck1",
      "ass_hole",
      "dick-head",
    ],
    ...[
      "a55hole",
      "sh1t_happens",
      "f_u_c_k",
      "f.u.c.k",
      "fück_you",
      "ｆｕｃｋ",
      "ѕhit",
      "n1gger",
      "$hit",
      "f**k",
      "penis",
      "The Fuck Club",
    ],
  ];
  assert.deepEqual(bad.filter((name) => !standard.forbidsName(name)), []);
  const good = [
    ...[
      "xXfuckXx",
      "dick",
      "Dick.Smith",
      "dick_van_dyke",
      "fu",
      "fukuda_k",
      "m.assmann",
      "slutsky",
      "essex_girl",
      "cockburn99",
    ],
    ...[
      "Bích",
      "bich_ngoc",
      "ralf.fücks",
      "semen",
      "hancock",
      "grass_hopper",
      "class_of_99",
      "pen_is_mightier",
      "an.al",
      "s_hit_man",
    ],
    ...["Sex Education Team", "Penistone Harriers", "李小龍", "Дмитрий", "user_455", "c3po", "r2d2", "as5"],
  ];
  assert.deepEqual(good.filter((name) => standard.forbidsName(name)), []);
});

/** Steps that any text may cost, for each of its characters. One is some 10 to 100 ns. */
const STEPS = 40;

Deno.test("`WordList.forbids()` does some steps for each character, whatever the text", () => {
  const own = ["傻逼", "哈哈哈哈", "s s s s s s", "fu fu fu fu", "аааб", "seeeeeeee", "k1ll"];
  for (const list of [standard, new WordList(own.map((word) => ({ word, kind: "forbidden" as const })))]) {
    for (const [what, text] of worstTexts()) {
      list.forbids(text);
      assert(list.steps <= STEPS * text.length, `${what}: ${list.steps / text.length} steps a character`);
      list.forbidsName(text);
      assert(list.steps <= STEPS * text.length, `${what}, a name: ${list.steps / text.length} steps a character`);
    }
  }
});

Deno.test("`WordList.forbids()` does some steps for each character of texts that are made to cost much", () => {
  const parts = [
    ...[
      "f",
      "u",
      "c",
      "k",
      "s",
      "h",
      "i",
      "t",
      "l",
      "1",
      "!",
      "|",
      "I",
      "5",
      "$",
      "@",
      "*",
      "**",
      "-",
      "_",
      ".",
      " ",
      "  ",
      "\n",
    ],
    ...[
      "'",
      ", ",
      "fuc",
      "shi",
      "mother",
      "fucke",
      "Dick",
      "anal",
      "moby ",
      "assess",
      "ü",
      "é",
      "\u0301",
      "\u200b",
      "ѕ",
      "ꜰ",
      "𝔣",
    ],
    ...["漢", "ﷺ", "ﬃ", "🙂", "(", "+", "ass", "cock", "titt", "bl1", "b1", "f*", "s**", "aaaaaaaa", "ssssssss"],
  ];
  for (let seed = 1; seed <= 400; seed++) {
    const below = generator(seed);
    const part = Array.from({ length: 1 + below(6) }, () => parts[below(parts.length)]).join("");
    const text = part.repeat(Math.ceil(4000 / part.length)).slice(0, 4000);
    standard.forbids(text);
    assert(standard.steps <= STEPS * text.length, `seed ${seed}, ${JSON.stringify(part)}: ${standard.steps} steps`);
  }
});

Deno.test("`WordList.forbids()` does less than four steps for each character of a usual message", () => {
  for (const text of usualMessages()) {
    assert(!standard.forbids(text), text);
    assert(standard.steps < 4 * text.length, `${standard.steps} steps: ${text}`);
  }
});
