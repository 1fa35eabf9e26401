import type { Context } from "hono";
import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint } from "../../db/rules.ts";
import type { Env } from "../env.ts";

/** Rows per page. */
export const PAGE = 50;

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A day, or a moment, as ISO 8601; UTC unless it says otherwise. To ms. */
function time(name: string, description: string) {
  return z.string().transform((text, context) => {
    const at = TIME.test(text) ? Date.parse(/T.*(Z|[+-]\d\d:\d\d)$|^[^T]*$/.test(text) ? text : `${text}Z`) : NaN;
    if (Number.isNaN(at)) context.addIssue({ code: "custom", message: `${name} must be a time like 2026-01-31T12:00` });
    return at;
  }).optional().meta({ description });
}

function text(name: string, max: number, description: string) {
  return z.string().trim().max(max, `${name} must have at most ${max} characters`).optional().meta({ description });
}

/** The `next` of the page before, where lists are paged by id. */
const after = z.string().regex(/^[1-9]\d{0,14}$/, "after is not the next of a page").transform(Number).optional()
  .meta({ description: "The next of the page before" });

export const accountQuery = z.object({
  search: text("search", 254, "Part of a username or of an email"),
  only: z.enum(["online", "blocked", "administrators", "warned"], {
    error: "only must be online, blocked, administrators or warned",
  }).optional().meta({ description: "Only those to whom it applies" }),
  sort: z.enum(["newest", "name", "last_seen"], { error: "sort must be newest, name or last_seen" }).optional().meta({
    description: "newest unless said",
  }),
  /** The key of the store, as text that an address can hold. */
  after: z.string().transform((given, context) => {
    const key = Buffer.from(given, "base64url").toString();
    if (!/^[^\n]*\n\d{1,15}$/.test(key)) {
      context.addIssue({ code: "custom", message: "after is not the next of a page" });
    }
    return key;
  }).optional().meta({ description: "The next of the page before" }),
});

export const messageQuery = z.object({
  search: text("search", 500, "Part of the text"),
  user: text("user", 32, "Who wrote it"),
  room: text("room", 64, "Where"),
  from: time("from", "From this day or moment on, UTC"),
  to: time("to", "Before this day or moment, UTC"),
  state: z.enum(["all", "standing", "deleted"], { error: "state must be all, standing or deleted" }).optional().meta({
    description: "all unless said",
  }),
  after,
});

export const auditQuery = z.object({
  actor: text("actor", 64, "Who acted"),
  target: text("target", 64, "About whom, or what"),
  action: text("action", 64, "What was done"),
  from: time("from", "From this day or moment on, UTC"),
  to: time("to", "Before this day or moment, UTC"),
  after,
});

const SEPARATORS = { ",": ",", comma: ",", ";": ";", semicolon: ";", "\t": "\t", tab: "\t" } as const;

/** The format of a file. */
export const layoutQuery = z.object({
  separator: z.enum(Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[], {
    error: 'separator must be ",", ";" or tab',
  }).default(",").transform((name) => SEPARATORS[name])
    .meta({ description: "Between two columns; ; where a spreadsheet shows all in one" }),
  sep: z.enum(["0", "1"], { error: "sep must be 0 or 1" }).default("0").transform((value) => value === "1")
    .meta({ description: "1 begins with a line that names the separator, which Excel reads" }),
});

export const pageQuery = z.object({ after });

/** Empty fields count as absent. Throws `invalid`. */
export function readQuery<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(givenQuery(c));
  if (parsed.success) return parsed.data;
  throw new ChatError("invalid", complaint(parsed.error).message);
}

/** The query as it was typed, without `done`. */
export function givenQuery(c: Context<Env>): Record<string, string> {
  const { done: _, ...query } = c.req.query();
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value.trim() !== ""));
}

/** The id in an address. Throws `not_found` for what is no number. */
export function idIn(c: Context<Env>, what: string): number {
  const id = c.req.param("id") ?? "";
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new ChatError("not_found", `${what} not found`);
  return Number(id);
}
