import type { Context } from "hono";
import type { Outcome } from "../../ws/command.ts";
import type { App, Env } from "../env.ts";
import { readBody, wantsPage } from "../negotiate.ts";
import { type Done, done } from "./done.ts";
import { requireAdministrator } from "./guard.ts";

/** Runs a command as the requesting administrator. Throws the command's errors. */
export async function act(app: App, c: Context<Env>, type: string, fields: unknown): Promise<Outcome> {
  return await app.dispatch(requireAdministrator(c).user, { type, fields });
}

/** The fields of a form or JSON body; empty without a body. */
export async function readFields(c: Context<Env>): Promise<Record<string, unknown>> {
  return c.req.header("Content-Type") === undefined ? {} : await readBody(c);
}

/** Confirms an act. A form is redirected to the page it was on, or to `path`. */
export function answer(c: Context<Env>, what: Done, path: string, fields: Record<string, unknown> = {}): Response {
  if (!wantsPage(c)) return c.json({ message: done[what] });
  const back = backTo(fields, path);
  return c.redirect(`${back}${back.includes("?") ? "&" : "?"}done=${what}`, 303);
}

/** The page to return to from a form, restricted to paths below /admin against open redirects. */
export function backTo({ back }: Record<string, unknown>, path: string): string {
  return typeof back === "string" && /^\/admin(\/[a-z0-9_]+)*(\?[\w.~%&=+*-]*)?$/.test(back) ? back : path;
}
