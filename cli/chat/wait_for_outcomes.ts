import type { Client } from "./client.ts";
import type { Environment } from "./environment.ts";

/** How long, in ms, to wait for the next sign that the server stores what it is sent. */
const PATIENCE_MS = 30_000;
/** How long, in ms, to wait for one's own message to be shown once it is known to be stored. */
const SHOWING_MS = 2_000;

/**
 * Waits until the history was shown, all that `client` said has its outcome, and then a moment until that was shown too.
 * Gives up when 30 s brought nothing nearer, or `enough` is aborted. Returns whether everything has its outcome.
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
