import type { Readable } from "node:stream";
import { MAX_FRAME_BYTES } from "./protocol.ts";

/** One line of standard input; `undefined` stands for one that is longer than any message may be. */
export type InputLine = string | undefined;

/**
 * The lines of a stream of UTF-8, without their ends; the last one need not have one. Reads on only when asked for the
 * next line, so that a file of any size takes the memory of a chunk.
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
