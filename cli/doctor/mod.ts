import { existsSync } from "node:fs";
import { readArguments } from "../terminal/arguments.ts";
import { type Config, databaseFile, UsageError } from "../settings/config.ts";
import { settingFlags } from "../settings/table.ts";
import { reason } from "../terminal/reason.ts";
import type { Shell } from "../terminal/shell.ts";
import { lookAtBackups } from "./backups.ts";
import { lookAtDatabase } from "./database.ts";
import { lookAtDisks } from "./disk.ts";
import { failure, type Finding, ok, worst } from "./finding.ts";
import { lookAtFolder } from "./folder.ts";
import { localAddress, lookAtServer, whyNotReady } from "./server.ts";
import { lookAtSettings } from "./settings.ts";
import { lookAtSigningKey } from "./signing_key.ts";
import { lookAtSocket } from "./socket.ts";
import { USAGE } from "./usage.ts";

/** `chatterbox doctor`: looks at everything, changes nothing, and says what to do. */
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
  const { config, findings } = lookAtSettings(flags, shell.env);
  if (flags.ready) return await ready(config, shell);
  const all = [...findings, ...await lookAtEverything(config, shell.version)];
  const status = worst(all);
  if (flags.json) shell.print(JSON.stringify({ version: shell.version, status, findings: all }, null, 2));
  else for (const finding of all) shell.print(line(finding));
  return status === "failure" ? 1 : 0;
}

/** Only whether the server can serve. */
async function ready(config: Config, shell: Shell): Promise<number> {
  const address = localAddress(config);
  if (address === undefined) throw new UsageError("PORT is 0, which does not say where the server is: use --port");
  const unready = await whyNotReady(address);
  shell.print(unready === undefined ? `${address} is ready` : `${address}: ${unready}`);
  return unready === undefined ? 0 : 1;
}

async function lookAtEverything(config: Config, version: string): Promise<Finding[]> {
  const now = Date.now();
  const file = databaseFile(config);
  const { inspection, findings: database } = lookAtDatabase(file, now);
  const { isRunning, finding: server } = await lookAtServer(config, version);
  return [
    versions(version, inspection?.engine),
    ...safely("data", () => lookAtFolder(config.dataDir, file)),
    ...safely("signing key", () => [lookAtSigningKey(config, existsSync(file))]),
    ...database,
    ...safely("backups", () => [lookAtBackups(config, existsSync(file) && inspection?.rows.messages !== 0, now)]),
    ...safely("disk", () => lookAtDisks(config.dataDir, file)),
    server,
    ...await socket(config, isRunning),
  ];
}

/** What cannot be looked at must not keep the rest from being seen. */
function safely(name: string, look: () => Finding[]): Finding[] {
  try {
    return look();
  } catch (error) {
    const advice = "run doctor as the user who runs the server, and check the folder's permissions";
    return [failure(name, `cannot be looked at (${reason(error)})`, advice)];
  }
}

/** Without PUBLIC_URL the server's own address is the one people use; there is no way to it while it does not run. */
async function socket(config: Config, isRunning: boolean): Promise<Finding[]> {
  const origin = config.publicUrl?.origin ?? (isRunning ? localAddress(config) : undefined);
  return origin === undefined ? [] : [await lookAtSocket(origin)];
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
