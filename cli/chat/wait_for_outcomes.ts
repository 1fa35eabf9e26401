import type { Client } from "./client.ts";
import type { Environment } from "./environment.ts";

/** How long to wait for progress, in ms. */
const PATIENCE_MS = 30_000;
/** How long to wait for a stored message to be shown, in ms. */
const SHOWING_MS = 2_000;

/**
 * Waits until the history has been shown and every command has an outcome, then briefly until the user's own messages
 * have been shown. Gives up after 30 s without progress or when `enough` is aborted. Returns whether every command has
 * an outcome.
 */
export async function waitForOutcomes(
  client: Client,
  environment: Pick<Environment, "wait">,
  enough: AbortSignal,
): Promise<boolean> {
  while (client.awaits !== "nothing" && !enough.aborted) {
    const patience = client.awaits === "sight" ? SHOWING_MS : PATIENCE_MS;
    if (!await within(client.progress, patience, environment, enough)) break;
  }
  return client.awaits === "nothing" || client.awaits === "sight";
}

/** Whether `promise` resolved within `ms` and before `enough` was aborted. */
async function within(
  promise: Promise<void>,
  ms: number,
  { wait }: Pick<Environment, "wait">,
  enough: AbortSignal,
): Promise<boolean> {
  const done = new AbortController();
  const passed = wait(ms, AbortSignal.any([enough, done.signal])).then(() => false);
  try {
    return await Promise.race([promise.then(() => true), passed]);
  } finally {
    done.abort();
  }
}
