import type { Context } from "hono";
import { ChatError } from "../db/errors.ts";
import type { Env } from "./env.ts";

/** Whether to answer with a page: a browser asks for `text/html` by name, everybody else gets JSON. */
export function wantsPage(c: Context<Env>): boolean {
  if (/^application\/json\b/i.test(c.req.header("Content-Type") ?? "")) return false;
  return /\btext\/html\b/i.test(c.req.header("Accept") ?? "");
}

/** Whether the body is JSON, whose types mean what they say; the fields of a form are all text. */
export function isJson(c: Context<Env>): boolean {
  return !FORM.test(c.req.header("Content-Type") ?? "");
}

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** The fields of a form or of a JSON body; what they must be is for the reader to check. */
export async function readBody(c: Context<Env>): Promise<Record<string, unknown>> {
  const type = c.req.header("Content-Type") ?? "";
  try {
    if (FORM.test(type)) return await c.req.parseBody();
    const body: unknown = await c.req.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ChatError("invalid", "Body is not a JSON object");
}
