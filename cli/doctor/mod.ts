import { existsSync } from "node:fs";
import { readArguments } from "../terminal/arguments.ts";
import { type Config, databaseFile, UsageError } from "../settings/config.ts";
import { settingFlags } from "../settings/table.ts";
import { reason } from "../terminal/reason.ts";
import type { Shell } from "../terminal/shell.ts";
import { checkBackups } from "./backups.ts";
import { checkDatabase } from "./database.ts";
import { checkDisks } from "./disk.ts";
import { failure, type Finding, ok, worst } from "./finding.ts";
import { checkFolder } from "./folder.ts";
import { checkServer, localAddress, whyNotReady } from "./server.ts";
import { checkSettings } from "./settings.ts";
import { checkSigningKey } from "./signing_key.ts";
import { checkSocket } from "./socket.ts";
import { USAGE } from "./usage.ts";

/** `chatterbox doctor`: checks everything, changes nothing, and gives advice. */
export async function doctor(args: string[], shell: Shell): Promise<number> {
  const { values: flags } = readArguments("doctor", args, {
    options: {
      ...settingFlags,
      json: { type: "boolean" },
      ready: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    most: 0,
  });
  if (flags.help) {
    shell.print(USAGE);
    return 0;
  }
  const { config, findings } = checkSettings(flags, shell.env);
  if (flags.ready) return await ready(config, shell);
  const all = [...findings, ...await checkAll(config, shell.version)];
  const status = worst(all);
  if (flags.json) shell.print(JSON.stringify({ version: shell.version, status, findings: all }, null, 2));
  else for (const finding of all) shell.print(line(finding));
  return status === "failure" ? 1 : 0;
}

/** Checks only whether the server is ready. */
async function ready(config: Config, shell: Shell): Promise<number> {
  const address = localAddress(config);
  if (address === undefined) throw new UsageError("PORT is 0, so the server's port is unknown: use --port");
  const unready = await whyNotReady(address);
  shell.print(unready === undefined ? `${address} is ready` : `${address}: ${unready}`);
  return unready === undefined ? 0 : 1;
}

async function checkAll(config: Config, version: string): Promise<Finding[]> {
  const now = Date.now();
  const file = databaseFile(config);
  const { inspection, findings: database } = checkDatabase(file, now);
  const { isRunning, finding: server } = await checkServer(config, version);
  return [
    versions(version, inspection?.engine),
    ...safely("data", () => checkFolder(config.dataDir, file)),
    ...safely("signing key", () => [checkSigningKey(config, existsSync(file))]),
    ...database,
    ...safely("backups", () => [checkBackups(config, existsSync(file) && inspection?.rows.messages !== 0, now)]),
    ...safely("disk", () => checkDisks(config.dataDir, file)),
    server,
    ...await socket(config, isRunning),
  ];
}

/** A check that fails unexpectedly must not prevent the others. */
function safely(name: string, check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    const advice = "run doctor as the user who runs the server, and check the folder's permissions";
    return [failure(name, `cannot be checked (${reason(error)})`, advice)];
  }
}

/** Without PUBLIC_URL, users open the server's own address, which can be checked only while it is running. */
async function socket(config: Config, isRunning: boolean): Promise<Finding[]> {
  const origin = config.publicUrl?.origin ?? (isRunning ? localAddress(config) : undefined);
  return origin === undefined ? [] : [await checkSocket(origin)];
}

function versions(chatterbox: string, engine: string | undefined): Finding {
  const { deno, v8 } = Deno.version;
  const { os, arch } = Deno.build;
  const text = [`Chatterbox ${chatterbox}`, `Deno ${deno}`, `V8 ${v8}`, engine, `${os} ${arch}`]
    .filter((part) => part !== undefined).join(", ");
  return ok("versions", text, { chatterbox, deno, v8, engine: engine ?? null, os, arch });
}

/** `warning  disk: only 800 MB of 50 GB free. Make room …` */
function line({ status, name, text, advice }: Finding): string {
  return `${status.padEnd(8)} ${name}: ${text}${advice === undefined ? "" : ` → ${advice}`}`;
}
