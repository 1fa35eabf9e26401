import assert from "node:assert/strict";
import { WordList } from "../../../ws/words/word_list.ts";

const standard = new WordList([]);

Deno.test("`WordList.forbidsName()` finds a word across the separators of names, and none inside a longer one", () => {
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
