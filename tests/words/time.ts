/**
 * The cost of a word list check: for a usual message, and for adversarial texts of 10,000 characters.
 *
 *     cd tests/words && deno task time
 *
 * `--old FILE` times another version of `ws/words/word_list.ts`, interleaved with this one.
 */
// deno-lint-ignore-file no-console
import { WordList } from "../../ws/words/word_list.ts";
import { usualMessages, worstTexts } from "./worst.ts";

interface Timed {
  forbids(text: string): boolean;
}

const old = Deno.args[0] === "--old" ? await import(Deno.args[1]!) : undefined;
const lists: [string, Timed][] = [["this", new WordList([])]];
if (old !== undefined) lists.push(["old", new old.WordList([])]);

const messages = usualMessages();
for (const [name, list] of lists) {
  const least = leastOf(30, () => messages.forEach((text) => list.forbids(text)));
  console.log(
    `${name}: ${(least / messages.length * 1000).toFixed(1)} µs per message of ${messages[0]!.length} characters`,
  );
}

console.log("\nworst texts of 10,000 characters: ms, the minimum of 10, and steps");
const [, words] = lists[0]! as [string, WordList];
for (const [what, text] of worstTexts()) {
  const times = lists.map(([, list]) => leastOf(10, () => list.forbids(text)).toFixed(2).padStart(8));
  console.log(what.padEnd(28), ...times, String(words.steps).padStart(8));
}

/** On a busy machine only the minimum is meaningful. */
function leastOf(times: number, run: () => void): number {
  let least = Infinity;
  for (let turn = 0; turn < times; turn++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
