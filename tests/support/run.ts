import { command } from "./program.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a subcommand of the real program to its end, without this machine's settings. */
export async function run(
  args: string[],
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  const { file, args: all } = command(...args);
  const output = await new Deno.Command(file, {
    args: all,
    env: { DATA_DIR: "", DATABASE_URL: "", NO_COLOR: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/^Download http.*\n/gm, "");
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

/** Asserts a refusal that the operator can fix: this status, no output, one line that says what to do. */
export function refusal({ code, stdout, stderr }: Ended, status: number, says: RegExp): void {
  if (code === status && stdout === "" && /^[^\n]+\n$/.test(stderr) && !/Error:|file:\/\//.test(stderr)) {
    if (says.test(stderr)) return;
  }
  throw new Error(`Not a refusal with ${status} in one line like ${says}: ${code} ${stdout}${stderr}`);
}
