// deno-lint-ignore-file no-console
import { existsSync } from "node:fs";

const KNOWN = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const PLAYWRIGHT = "npm:playwright-core@1.65.1";

/**
 * The Chromium for the browser tests: the one that CHROMIUM names, an installed one, Debian's where apt may install it,
 * or Playwright's own. Throws when there is none.
 */
export async function chromium(): Promise<string> {
  const named = Deno.env.get("CHROMIUM");
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
    return named;
  }
  const installed = KNOWN.find((path) => existsSync(path));
  if (installed) return installed;

  if (Deno.build.os === "linux" && Deno.uid() === 0 && await run("apt-get", "--version")) {
    console.log("Installing Chromium with apt …");
    await run("apt-get", "update", "-qq");
    await run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium");
    if (existsSync("/usr/bin/chromium")) return "/usr/bin/chromium";
  }

  console.log("Downloading Playwright's Chromium …");
  if (await run(Deno.execPath(), "run", "-A", `${PLAYWRIGHT}/cli`, "install", "chromium-headless-shell")) {
    const path = await output(
      Deno.execPath(),
      "eval",
      `import { chromium } from "${PLAYWRIGHT}"; console.log(chromium.executablePath())`,
    );
    if (existsSync(path)) return path;
  }
  throw new Error("No Chromium for the browser tests: install one, or name it in the environment variable CHROMIUM");
}

async function run(file: string, ...args: string[]): Promise<boolean> {
  try {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    return (await new Deno.Command(file, { args, env, stdout: "null", stderr: "inherit" }).output()).success;
  } catch {
    return false;
  }
}

async function output(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(file, { args, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout).trim();
}
