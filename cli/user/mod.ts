import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ChatError } from "../../db/errors.ts";
import { openStoreBeside } from "../../db/open_store.ts";
import type { Store } from "../../db/store.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { systemClock } from "../../ws/clock.ts";
import { Failure } from "../chat/failure.ts";
import { type Core, createCore } from "../serve/core.ts";
import { readPlace, StartError, UsageError } from "../settings/config.ts";
import { unusable } from "../data/database.ts";
import type { Shell } from "../terminal/shell.ts";
import { acts } from "./acts.ts";
import { create, prepare } from "./create.ts";
import { allUsers, json, table } from "./list.ts";
import { type Options, readOptions } from "./options.ts";
import { usage } from "./usage.ts";

/**
 * `chatterbox user …`: manages users in the database itself, whether or not a server is running on it. Resolves to the
 * exit status; throws `UsageError` (2) and `StartError` (1).
 */
export async function user(args: string[], shell: Shell): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    shell.print(usage);
    return 0;
  }
  const { databaseFile } = readPlace(options.data, shell.env);
  try {
    shell.print(await run(options, shell, databaseFile));
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw inOneLine(error, databaseFile);
    if (error.message !== "") shell.note(error.message);
    return error.status;
  }
}

/** Resolves to the text to print. */
async function run(options: Options, shell: Shell, file: string): Promise<string> {
  const { action } = options;
  let store = await open(file);
  try {
    if (action === "create") {
      const account = await prepare(options, shell, store);
      store ??= await make(file, shell);
      return await create(account, await coreOf(store));
    }
    if (!store) throw new StartError(`There is no database ${file}: choose its folder with --data`);
    const core = await coreOf(store);
    if (action !== "list") return await acts[action]({ options, shell, core });
    const accounts = await allUsers(core);
    return options.json ? json(accounts) : table(accounts);
  } finally {
    await store?.close();
  }
}

/** The application on the database itself. A running server polls the audit log for its acts. */
function coreOf(store: Store): Promise<Core> {
  const log = () => {};
  return createCore({ store, bus: memoryBus(log), clock: systemClock, log, settings: { limits: false } });
}

async function open(file: string, { create = false } = {}): Promise<Store | undefined> {
  try {
    if (create) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return await openStoreBeside(`sqlite:${file}`, { create });
  } catch (error) {
    throw unusable(file, error);
  }
}

/** The first user may be created before the server's first start. */
async function make(file: string, shell: Shell): Promise<Store> {
  shell.note(`Created database ${file}`);
  return (await open(file, { create: true }))!;
}

/** A problem that the operator can fix becomes one line; an unexpected error is passed on. */
function inOneLine(error: unknown, file: string): unknown {
  if (!(error instanceof ChatError)) return error;
  if (error.cause !== undefined) return unusable(file, error, "write to");
  return error.code === "invalid" ? new UsageError(error.message) : new StartError(error.message);
}
