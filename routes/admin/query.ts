import type { Context } from "hono";
import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint } from "../../db/rules.ts";
import type { Env } from "../env.ts";

/** Rows per page. */
export const PAGE = 50;

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Parses an ISO 8601 date or time, UTC by default, to ms. */
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

/** The `next` of the previous page, for lists paged by id. */
const after = z.string().regex(/^[1-9]\d{0,14}$/, "after is not the next of a page").transform(Number).optional()
  .meta({ description: "The `next` of the previous page" });

export const accountQuery = z.object({
  search: text("search", 254, "Part of a username or email"),
  only: z.enum(["online", "blocked", "administrators", "warned"], {
    error: "only must be online, blocked, administrators or warned",
  }).optional().meta({ description: "Only users in this state" }),
  sort: z.enum(["newest", "name", "last_seen"], { error: "sort must be newest, name or last_seen" }).optional().meta({
    description: "newest by default",
  }),
  /** The store's page key, base64url-encoded. */
  after: z.string().transform((given, context) => {
    const key = Buffer.from(given, "base64url").toString();
    if (!/^[^\n]*\n\d{1,15}$/.test(key)) {
      context.addIssue({ code: "custom", message: "after is not the next of a page" });
    }
    return key;
  }).optional().meta({ description: "The `next` of the previous page" }),
});

export const messageQuery = z.object({
  search: text("search", 500, "Part of the text"),
  user: text("user", 32, "Author"),
  room: text("room", 64, "Room slug"),
  from: time("from", "From this date or time, UTC"),
  to: time("to", "Before this date or time, UTC"),
  state: z.enum(["all", "standing", "deleted"], { error: "state must be all, standing or deleted" }).optional().meta({
    description: "all by default",
  }),
  after,
});

export const auditQuery = z.object({
  actor: text("actor", 64, "Name of the actor"),
  target: text("target", 64, "Name of the target"),
  action: text("action", 64, "Name of the action"),
  from: time("from", "From this date or time, UTC"),
  to: time("to", "Before this date or time, UTC"),
  after,
});

const SEPARATORS = { ",": ",", comma: ",", ";": ";", semicolon: ";", "\t": "\t", tab: "\t" } as const;

/** The CSV dialect. */
export const layoutQuery = z.object({
  separator: z.enum(Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[], {
    error: 'separator must be ",", ";" or tab',
  }).default(",").transform((name) => SEPARATORS[name])
    .meta({ description: "Column separator; use ; if a spreadsheet shows everything in one column" }),
  sep: z.enum(["0", "1"], { error: "sep must be 0 or 1" }).default("0").transform((value) => value === "1")
    .meta({ description: "1 adds a first line that tells Excel the separator" }),
});

export const pageQuery = z.object({ after });

/** Empty fields count as absent. Throws `invalid`. */
export function readQuery<Schema extends z.ZodType>(c: Context<Env>, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(givenQuery(c));
  if (parsed.success) return parsed.data;
  throw new ChatError("invalid", complaint(parsed.error).message);
}

/** The query as given, without `done`. */
export function givenQuery(c: Context<Env>): Record<string, string> {
  const { done: _, ...query } = c.req.query();
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value.trim() !== ""));
}

/** The id in the path. Throws `not_found` if it is not a number. */
export function idIn(c: Context<Env>, what: string): number {
  const id = c.req.param("id") ?? "";
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new ChatError("not_found", `${what} not found`);
  return Number(id);
}
