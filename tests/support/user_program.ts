import { command } from "./program.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `chatterbox user` on a data directory to its end, with cheap passwords; `input` is its standard input. */
export async function userProgram(
  dataDir: string,
  args: string[],
  { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const { file, args: all } = command("user", ...args);
  const child = new Deno.Command(file, {
    args: all,
    env: {
      DATA_DIR: dataDir,
      BCRYPT_COST: "4",
      RATE_LIMITS: "off",
      NO_COLOR: "1",
      PUBLIC_URL: "",
      CHATTERBOX_PASSWORD: "",
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A run that reads no password may have ended before it is written.
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(input)).then(() => stdin.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/^Download http.*\n/gm, "");
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
