import { clean } from "./clean.ts";
import { Failure } from "./failure.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Printer } from "./printer.ts";
import { TypedLine } from "./typed_line.ts";

/** The terminal to prompt on. */
export interface PromptTerminal {
  readonly keyboard: Keyboard;
  readonly stderr: Printer;
  readonly interrupted: AbortSignal;
}

/**
 * Prompts for one line, on stderr. A `secret` is not echoed, not even its length. Input pasted after the line is kept
 * for the next reader. Throws a {@linkcode Failure} when interrupted by a key or a signal.
 */
export async function prompt(
  { keyboard, stderr, interrupted }: PromptTerminal,
  question: string,
  { secret = false } = {},
): Promise<string> {
  const typed = new TypedLine();
  const answer = Promise.withResolvers<string>();
  const cancel = () => answer.reject(new Failure("", 130));
  interrupted.addEventListener("abort", cancel);
  if (interrupted.aborted) cancel();
  keyboard.take({
    onStart: () => stderr.output.write(question),
    onEnd: cancel,
    onKeys(keys) {
      const typing = typed.feed(keys);
      if (!secret) stderr.output.write(`\r\x1b[K${question}${clean(typed.text)}`);
      if (typing.kind === "cancelled") return cancel();
      if (typing.kind === "typing") return;
      keyboard.release(typing.rest);
      answer.resolve(typing.line);
    },
  });
  try {
    return await answer.promise;
  } finally {
    interrupted.removeEventListener("abort", cancel);
    keyboard.release();
    stderr.output.write("\n");
  }
}
