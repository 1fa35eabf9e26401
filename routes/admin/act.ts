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

/** Says that it is done: a form goes back to the page it stands on, or to `path`. */
export function answer(c: Context<Env>, what: Done, path: string, fields: Record<string, unknown> = {}): Response {
  if (!wantsPage(c)) return c.json({ message: done[what] });
  const back = backTo(fields, path);
  return c.redirect(`${back}${back.includes("?") ? "&" : "?"}done=${what}`, 303);
}

/** The page a form says that it stands on, if that is one of the administration. */
export function backTo({ back }: Record<string, unknown>, path: string): string {
  return typeof back === "string" && /^\/admin(\/[a-z0-9_]+)*(\?[\w.~%&=+*-]*)?$/.test(back) ? back : path;
}
