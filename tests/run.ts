/**
 * Runs the whole suite and adds up the results. The browser tests have a configuration of their own, because everyone
 * who runs the program downloads what is in the main lock file. `--program` runs only the tests that drive the real
 * program: with CHATTERBOX_EXE, the executable.
 */
// deno-lint-ignore-file no-console
import { join } from "node:path";
import { chromium } from "./browser.ts";

const root = join(import.meta.dirname!, "..");
const programOnly = Deno.args.includes("--program");

const CHROMIUM = await chromium().catch((error: Error) => {
  console.error(error.message);
  console.log("0 passed, 1 failed");
  Deno.exit(1);
});

const DRIVES_PROGRAM = [
  "tests/socket",
  "tests/faults",
  "tests/cli",
  "tests/routes/metrics_test.ts",
  "tests/deploy_test.ts",
  "tests/main_test.ts",
];
const everything = ["tests", "--ignore=tests/e2e"];
const results = [
  await suite("deno.json", programOnly ? DRIVES_PROGRAM : everything, 3),
  // Each starts a browser, which has processes of its own.
  await suite("tests/e2e/deno.json", ["tests/e2e"], 2),
];

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 && passed > 0 ? 0 : 1);

/** `jobs`: how many files run at once. */
async function suite(config: string, paths: string[], jobs: number): Promise<{ passed: number; failed: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--parallel", "--config", config, ...paths],
    cwd: root,
    env: { CHROMIUM, DENO_JOBS: String(jobs) },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    await Deno.stdout.write(new TextEncoder().encode(chunk));
  }
  const { success } = await child.status;
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "");
  const [, passed, failed] = plain.match(/(\d+) passed(?: \([^)]*\))? \| (\d+) failed/) ?? [];
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
  // A suite that was aborted, or failed to load, has failed whatever it counted.
  if (!success && counts.failed === 0) counts.failed = 1;
  return counts;
}
