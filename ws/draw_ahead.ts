import type { Message } from "../db/model.ts";
import { drawnText, workOf } from "../views/drawn_text.tsx";
import { turns } from "./turns.ts";

/** Characters drawn in one turn of the event loop: one or two milliseconds. A longer text has a turn of its own. */
const AT_ONCE = 4000;

/**
 * Draws what is long in these messages piece by piece, so that to draw them all afterwards takes next to no time;
 * undefined when that is so already. `key`: for whom, see {@link turns}.
 */
export function drawAhead(key: unknown, messages: readonly Message[]): Promise<void> | undefined {
  const pieces: string[][] = [];
  let work = 0;
  for (const { content } of messages) {
    const own = workOf(content);
    if (own === 0) continue;
    if (pieces.length === 0 || work + own > AT_ONCE) {
      pieces.push([]);
      work = 0;
    }
    pieces.at(-1)!.push(content);
    work += own;
  }
  if (pieces.length === 0 || (pieces.length === 1 && work <= AT_ONCE)) return undefined;
  return (async () => {
    for (const texts of pieces) await turns.run(key, () => texts.forEach(drawnText));
  })();
}
