import { join } from "node:path";
import { eventually } from "./eventually.ts";

/** A script of this folder as a process of its own, which waits for its input to end. */
export function startScript(name: string, ...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(import.meta.dirname!, name), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let output = "";
  const ended = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
    return await child.status;
  })();
  return {
    prints: (word: string) => eventually(() => output.includes(word), 20_000, () => `${name} prints "${word}"`),
    release: () => void child.stdin.close(),
    /** Its output once it has exited with 0. */
    async output(): Promise<string> {
      const { code } = await ended;
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      return output;
    },
  };
}

/** Runs a script of this folder; resolves to its output. */
export async function runScript(name: string, ...args: string[]): Promise<string> {
  const script = startScript(name, ...args);
  script.release();
  return await script.output();
}
