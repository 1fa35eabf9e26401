import type { Context } from "hono";
import type { Outcome } from "../../ws/command.ts";
import type { App, Env } from "../env.ts";
import { readBody, wantsPage } from "../negotiate.ts";
import { type Done, done } from "./done.ts";
import { requireAdministrator } from "./guard.ts";

/** Runs a command as the administrator who asks. Throws what the command throws. */
export async function act(app: App, c: Context<Env>, type: string, fields: unknown): Promise<Outcome> {
  return await app.dispatch(requireAdministrator(c).user, { type, fields });
}

/** The fields of a form or of a JSON body, if there is a body at all. */
export async function readFields(c: Context<Env>): Promise<Record<string, unknown>> {
  return c.req.header("Content-Type") === undefined ? {} : await readBody(c);
}

/** Confirms an act: a form returns to the page it is on, or to `path`. */
export function answer(c: Context<Env>, what: Done, path: string, fields: Record<string, unknown> = {}): Response {
  if (!wantsPage(c)) return c.json({ message: done[what] });
  const back = backTo(fields, path);
  return c.redirect(`${back}${back.includes("?") ? "&" : "?"}done=${what}`, 303);
}

/** The page that a form names as its own, if it is one below /admin. */
export function backTo({ back }: Record<string, unknown>, path: string): string {
  return typeof back === "string" && /^\/admin(\/[a-z0-9_]+)*(\?[\w.~%&=+*-]*)?$/.test(back) ? back : path;
}
