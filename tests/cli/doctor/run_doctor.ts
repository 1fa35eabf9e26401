import assert from "node:assert/strict";
import type { Finding } from "../../../cli/doctor/finding.ts";
import { command } from "../../support/program.ts";

export interface Visit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `chatterbox doctor` with only these settings. */
export async function runDoctor(args: string[], env: Record<string, string> = {}): Promise<Visit> {
  const { file, args: all } = command("doctor", ...args);
  const child = new Deno.Command(file, { args: all, env: { NO_COLOR: "1", ...env }, stdin: "null" });
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr).replace(/^Download http.*\n/gm, "") };
}

/** A port on which nothing listens. */
export function freePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return String(listener.addr.port);
}

/**
 * The doctor's report on a folder. The text and the JSON must agree; only for a server on a full disk, whose test write
 * succeeds or fails by the space left, `unsettled` may differ between the two.
 */
export async function visit(
  dataDir: string,
  env: Record<string, string> = {},
  { unsettled }: { unsettled?: string } = {},
) {
  const settings = { PORT: freePort(), ...env };
  const plain = await runDoctor(["--data", dataDir], settings);
  const json = await runDoctor(["--data", dataDir, "--json"], settings);
  assert.equal(plain.stderr + json.stderr, "");
  const { status, findings } = JSON.parse(json.stdout) as { status: string; findings: Finding[] };
  const settled = (found: string[]) => found[1] === unsettled ? ["", found[1]] : found;
  const lines = plain.stdout.trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => settled(/^(\w+) +([\w ]+): /.exec(line)?.slice(1) ?? [])),
    findings.map(({ status, name }) => settled([status, name])),
    plain.stdout,
  );
  assert.equal(plain.code, json.code);
  assert.equal(plain.code, status === "failure" ? 1 : 0);
  assert.equal(status === "failure", findings.some((finding) => finding.status === "failure"));
  for (const { status, advice, text } of findings) assert.equal(status === "ok", advice === undefined, text);
  return {
    code: plain.code,
    text: plain.stdout,
    findings,
    /** Those with a name. */
    of: (name: string) => findings.filter((finding) => finding.name === name),
    /** The one with a name. */
    the(name: string): Finding {
      const [found, ...others] = findings.filter((finding) => finding.name === name);
      assert(found && others.length === 0, `${name} in ${plain.stdout}`);
      return found;
    },
  };
}

/** Everything in a folder: names, modes and bytes. A WAL's index is left out: SQLite rebuilds it. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const { mode, mtime } = await Deno.stat(path);
    const bytes = name.endsWith("-shm") ? new Uint8Array() : await Deno.readFile(path);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    contents[name] = `${hash} ${mode?.toString(8)} ${name.endsWith("-shm") ? "" : mtime?.getTime()}`;
  }
  return contents;
}
