import type { Readable } from "node:stream";
import { MAX_FRAME_BYTES } from "./protocol.ts";

/** One line of standard input; `undefined` for a line that exceeds any message's limit. */
export type InputLine = string | undefined;

/**
 * Yields the lines of a UTF-8 stream without their line ends; the last one need not have one. Reads on demand, so a
 * file of any size takes the memory of one chunk.
 */
export async function* inputLines(input: Readable): AsyncGenerator<InputLine> {
  const decoder = new TextDecoder();
  let line = "";
  let tooLong = false;
  for await (const chunk of input) {
    const parts = decoder.decode(chunk, { stream: true }).split("\n");
    const unfinished = parts.pop() ?? "";
    for (const part of parts) {
      yield whole(line + part, tooLong);
      line = "";
      tooLong = false;
    }
    line += unfinished;
    if (line.length > MAX_FRAME_BYTES) {
      line = "";
      tooLong = true;
    }
  }
  line += decoder.decode();
  if (line !== "" || tooLong) yield whole(line, tooLong);
}

function whole(line: string, tooLong: boolean): InputLine {
  if (tooLong || line.length > MAX_FRAME_BYTES) return undefined;
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
