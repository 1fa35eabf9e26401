/**
 * Letters that look like one of a to z, by the letter: from the confusable characters of Unicode (UTS 39, Unicode
 * licence), as far as they are letters of Latin, Greek, Cyrillic, Armenian, Cherokee, Coptic and Lisu; then small
 * capitals, and signs that people use. What NFKC turns into a letter (𝔣, ｆ, ⓕ, ᶠ) is not listed.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: "ɑαаΑАᎪꓮⲁⲀᴀɐᗅ🅰🄰",
  b: "βßвƄЬᏏΒВᏴꓐɓƃƂƀьъⲃⲂʙ🅱฿",
  c: "ᴄϲⲥсꮯϹⲤСᏟꓚȼƈçҫҪɕ",
  d: "ԁᏧꓒᎠꓓɗɖƌđĐÐðƉᴅ",
  e: "еҽΕЕᎬꓰɇɆҿεɘєЄеⲉⲈᴇǝ",
  f: "ғҒſքϜꓝƒƑᵮꜰʄꬵꞙꞘ",
  g: "ɡᶃƍցԌᏀᏳꓖɠǥǤɢ",
  h: "һհΗНнᎻꓧɦħʜĦҺԋӉӊⲎⲏ",
  i: "ıɪɩιιіӏꭵᎥɨΙІӀꓲⲒⲓᵻǀ",
  j: "ϳјᎫꓙɉɈͿЈᴊʝ",
  k: "ΚκКкᏦꓗƙⱪⱩҚқᴋⲔⲕ",
  l: "ⱢłŁɭƚɫᏞꓡʟⳐɬⅼ",
  m: "ΜМмᎷꓟϺⲘⲙᴍɱӎӍ",
  n: "ոռΝꓠɳƞηƝᵰɴⲚⲛɲ",
  o: "ᴏᴑοσςⲟоօΟⲞОՕꓳøØɵөѳꮎƟϴӨѲ",
  p: "ρϱⲣрΡⲢРᏢꓑƥᵽᴘþÞ",
  q: "ԛգզʠꞯ",
  r: "ꭇꭈᴦⲅгꮁƦᎡᏒꓣɽɼɍʀᴙ",
  s: "ꜱƽѕꮪЅՏᏕᏚꓢʂᵴʃ",
  t: "ΤτⲦⲧТтᎢꓔƭȾƮҬҭŧŦᵵᴛ",
  u: "ꞟᴜꭎꭒʋυսՍꓴᵾꮜɄᏌμʊ",
  v: "ᴠνѵꮩѴᏙꓦʌ",
  w: "ɯᴡѡԝաꮃԜᎳᏔꓪѽω",
  x: "хᕁΧХꓫχⲬⲭᏡ",
  y: "ɣʏỿγуүΥҮУᎩᎽꓬƴɏұҰ",
  z: "ᴢꮓΖζᏃꓜʐƶƵȥȤᵶ",
};

/** By character, as it is written: a capital may look like another letter than its small one. */
export const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);
