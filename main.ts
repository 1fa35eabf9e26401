// deno-lint-ignore-file no-console -- the only file that prints
import process from "node:process";
import { readConfig, StartError, UsageError } from "./cli/settings/config.ts";
import { logger } from "./cli/terminal/logger.ts";
import type { Shell, Subcommand } from "./cli/terminal/shell.ts";
import { USAGE } from "./cli/terminal/usage.ts";
import { startWriterThread } from "./db/sqlite/writer_thread.ts";
import settings from "./deno.json" with { type: "json" };

/** Loaded on demand, so that no subcommand waits for another's modules. */
const subcommands: Record<string, Subcommand> = {
  serve: runServer,
  chat: runChat,
  user: async (args, shell) => await (await import("./cli/user/mod.ts")).user(args, shell),
  backup: async (args, shell) => await (await import("./cli/data/backup.ts")).backup(args, shell),
  restore: async (args, shell) => await (await import("./cli/data/restore.ts")).restore(args, shell),
  rollback: async (args, shell) => await (await import("./cli/data/rollback.ts")).rollback(args, shell),
  doctor: async (args, shell) => await (await import("./cli/doctor/mod.ts")).doctor(args, shell),
};

/** Runs a subcommand. Resolves to the exit status. */
async function main([subcommand = "serve", ...args]: string[]): Promise<number> {
  if (subcommand === "--version") return say(settings.version);
  if (subcommand === "--help" || subcommand === "-h") return say(USAGE);
  if (subcommand.startsWith("-")) return await runServer([subcommand, ...args]);
  const run = Object.hasOwn(subcommands, subcommand) ? subcommands[subcommand] : undefined;
  if (!run) return fail(2, `Unknown subcommand "${subcommand}"; see chatterbox --help`);
  return await run(args, shell);
}

const shell: Shell = {
  version: settings.version,
  env: (name) => Deno.env.get(name),
  stdin: process.stdin,
  stderr: process.stderr,
  print: say,
  note: (line) => console.error(line),
  interrupted() {
    const interrupted = new AbortController();
    stopSignal().then(() => interrupted.abort());
    return interrupted.signal;
  },
};

async function runServer(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return say((await import("./cli/settings/usage.ts")).SERVE_USAGE);
  const { version } = settings;
  const config = readConfig(args, (name) => Deno.env.get(name));
  const log = logger({
    format: config.logFormat ?? (Deno.stderr.isTerminal() ? "pretty" : "json"),
    level: config.logLevel,
    colours: Deno.stderr.isTerminal() && !Deno.env.get("NO_COLOR"),
    write: (line) => console.error(line),
    now: () => Date.now(),
  });
  const stopping = stopSignal();
  // Loaded on demand: neither subcommand waits for the other's modules.
  startWriterThread();
  const { serve } = await import("./cli/serve/serve.ts");
  const server = await serve(config, { version, log });
  say(`Chatterbox ${version} listening on ${server.url}, data in ${config.dataDir}`);
  if (server.isNew) say("There are no users yet: the first account created becomes the administrator");
  log("info", "stopping", { signal: await stopping });
  await server.stop();
  return 0;
}

async function runChat(args: string[]): Promise<number> {
  const interrupted = shell.interrupted();
  const { chat } = await import("./cli/chat/mod.ts");
  return await chat(args, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: {
      token: Deno.env.get("CHATTERBOX_TOKEN"),
      password: Deno.env.get("CHATTERBOX_PASSWORD"),
      noColor: (Deno.env.get("NO_COLOR") ?? "") !== "",
    },
    interrupted,
  });
}

/** Resolves to the signal that stops the program. */
function stopSignal(): Promise<Deno.Signal> {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  return new Promise((resolve) => {
    for (const signal of signals) Deno.addSignalListener(signal, () => resolve(signal));
  });
}

function say(line: string): number {
  console.log(line);
  return 0;
}

function fail(status: number, line: string): number {
  console.error(line);
  return status;
}

if (import.meta.main) {
  const status = await main(Deno.args).catch((error) => {
    if (error instanceof UsageError) return fail(2, error.message);
    if (error instanceof StartError) return fail(1, error.message);
    console.error(error);
    return 1;
  });
  Deno.exit(status);
}
