import type * as z from "zod";
import type { ErrorCode } from "../../db/errors.ts";

/** Who may ask. */
export type Access = "anybody" | "members" | "administrators";

/** What it answers when all is well. */
export interface Answer {
  /** 200 unless said. */
  readonly status?: number;
  readonly text: string;
  /** What the JSON is; without it the answer has none. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Another media type than JSON. */
  readonly type?: string;
}

/** One thing that one can ask over HTTP: the document, the page and the tests are made from these. */
export interface Operation {
  /** Its name in generated clients. */
  readonly id: string;
  readonly method: "get" | "post";
  /** As OpenAPI writes it: `/rooms/{room}/messages`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** What validates the parts of the path, the query and the body. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What the examples fill in. */
  readonly example?: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: Readonly<Record<string, unknown>>;
  };
  readonly answer: Answer;
  /** How it can fail beyond what its access and its body imply. */
  readonly errors?: Partial<Record<ErrorCode, string>>;
  /** Statuses that are none of our errors. */
  readonly otherwise?: Readonly<Record<number, string>>;
}

/** Operations that belong together, under one heading. */
export interface Group {
  readonly name: string;
  readonly text: string;
  readonly operations: readonly Operation[];
}

/** The same schema, with what its fields mean. */
export function explain<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  texts: Partial<Record<keyof Shape, string>>,
): z.ZodObject {
  const shape = schema.shape as unknown as Record<string, z.ZodType>;
  const explained = Object.entries(shape).map(([name, field]) => {
    const text = texts[name as keyof Shape];
    return [name, text === undefined ? field : field.meta({ ...field.meta(), description: text })];
  });
  return schema.extend(Object.fromEntries(explained));
}

/** Every way an operation can fail. */
export function errorsOf({ access, method, body, params, query, errors = {} }: Operation) {
  const said: Partial<Record<ErrorCode, string[]>> = {};
  const add = (code: ErrorCode, text: string) => (said[code] ??= []).push(text);
  if (access !== "anybody") add("unauthenticated", "Not authenticated");
  if (access !== "anybody") add("forbidden", "The account is blocked");
  if (access === "administrators") add("forbidden", "Only administrators may do this");
  if (method === "post") add("forbidden", "A browser sends it from another site");
  if (method === "post" && access !== "anybody") add("rate_limited", "Too many commands of one person");
  if (body) add("invalid", "The body is not a JSON object, or a field is not valid");
  if (query) add("invalid", "The query is not valid");
  if (params) add("not_found", "There is nothing with this name");
  for (const [code, text] of Object.entries(errors)) add(code as ErrorCode, text);
  return said;
}
