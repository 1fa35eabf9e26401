/**
 * What a question to the word list costs: a usual message, and texts of 10,000 characters made to cost much.
 *
 *     cd tests/words && deno task time
 *
 * `--old FILE` times another version of `ws/word_list.ts` in turn with this one.
 */
// deno-lint-ignore-file no-console
import { WordList } from "../../ws/word_list.ts";
import { usualMessages, worstTexts } from "./worst.ts";

interface Asked {
  forbids(text: string): boolean;
}

const old = Deno.args[0] === "--old" ? await import(Deno.args[1]!) : undefined;
const lists: [string, Asked][] = [["this", new WordList([])]];
if (old !== undefined) lists.push(["old", new old.WordList([])]);

const messages = usualMessages();
for (let round = 0; round < 3; round++) {
  for (const [name, list] of lists) {
    const start = performance.now();
    for (let turn = 0; turn < 50; turn++) for (const text of messages) list.forbids(text);
    const each = (performance.now() - start) / 50 / messages.length;
    console.log(`${name}: ${(each * 1000).toFixed(2)} µs a message of ${messages[0]!.length} characters`);
  }
}

console.log("\nworst texts of 10,000 characters, ms: the first time, then the median and the highest of 30");
const words = new WordList([]);
for (const [what, text] of worstTexts()) {
  const row = [what.padEnd(36)];
  for (const [, list] of lists) {
    const times = Array.from({ length: list === lists[0]![1] ? 31 : 3 }, () => {
      const start = performance.now();
      list.forbids(text);
      return performance.now() - start;
    });
    const [first = 0, ...rest] = times;
    rest.sort((a, b) => a - b);
    row.push([first, rest[rest.length >> 1]!, rest.at(-1)!].map((ms) => ms.toFixed(2)).join(" "));
  }
  words.forbids(text);
  console.log(row.join("   "), `  ${words.steps} steps`);
}
