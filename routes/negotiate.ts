import type { Context } from "hono";
import { ChatError } from "../db/errors.ts";
import type { Env } from "./env.ts";

/** Whether to respond with HTML: browsers accept `text/html` explicitly, all other clients get JSON. */
export function wantsPage(c: Context<Env>): boolean {
  if (/^application\/json\b/i.test(c.req.header("Content-Type") ?? "")) return false;
  return /\btext\/html\b/i.test(c.req.header("Accept") ?? "");
}

/** Whether the body is a form. */
export function isForm(c: Context<Env>): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(c.req.header("Content-Type") ?? "");
}

/** Whether the body is JSON, with typed values; form fields are all text. */
export function isJson(c: Context<Env>): boolean {
  return !isForm(c);
}

/** The fields of a form or JSON body, not validated. */
export async function readBody(c: Context<Env>): Promise<Record<string, unknown>> {
  try {
    if (isForm(c)) return await c.req.parseBody();
    const body: unknown = await c.req.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Handled below.
  }
  throw new ChatError("invalid", "Body is not a JSON object");
}

/** Fields that users do not type, and passwords. */
const NOT_TYPED = /^(viewer|back|nonce|type|id|kind|messages|registration)$|password/i;

/** The text fields of a refused form, by name. */
export async function typedIn(c: Context<Env>): Promise<[name: string, text: string][]> {
  if (c.req.method !== "POST" || !isForm(c) || !wantsPage(c)) return [];
  const fields = await c.req.parseBody().catch(() => ({}));
  return Object.entries(fields).filter((field): field is [string, string] => {
    const [name, value] = field;
    return typeof value === "string" && value.trim() !== "" && !NOT_TYPED.test(name);
  });
}
