/**
 * Letters that look like one of a to z, by that letter: from Unicode's confusable characters (UTS 39, Unicode licence),
 * limited to letters of Latin, Greek, Cyrillic, Armenian, Cherokee, Coptic and Lisu; plus small capitals, and signs in
 * common use. Characters that NFKC converts to a letter (𝔣, ｆ, ⓕ, ᶠ) are not listed.
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

/** By character, case-sensitively: a capital may look like another letter than its lower case does. */
export const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
);
