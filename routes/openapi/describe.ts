import type * as z from "zod";
import type { MiddlewareHandler, RouterRoute } from "hono/types";
import type { ErrorCode } from "../../db/errors.ts";
import type { Env } from "../env.ts";
import type { GroupName } from "./groups.ts";

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

/** What one can ask of a route over HTTP. The document, the page and the tests are made from these. */
export interface Description {
  /** Under which heading. */
  readonly group: GroupName;
  /** Its name in generated clients. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** Not limited, and open to the blocked: whoever is refused everything else can still log out. */
  readonly isWayOut?: true;
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

/** A description with the method and path of the route it stands at. */
export interface Operation extends Description {
  readonly method: "get" | "post";
  /** As OpenAPI writes it: `/rooms/{room}/messages`. */
  readonly path: string;
}

type Schemas = typeof import("./schemas.ts");

const descriptions = new WeakMap<object, (schemas: Schemas) => Description>();

/**
 * Describes the route it stands at, as a middleware that does nothing. The description is made when the document is first
 * asked for, with the schemas of what is answered, which a server that starts does not load.
 */
export function describe(make: (schemas: Schemas) => Description): MiddlewareHandler<Env> {
  const described: MiddlewareHandler<Env> = (_, next) => next();
  descriptions.set(described, make);
  return described;
}

/** What the routes of an app say of themselves, in the order of the routes. */
export async function operationsOf(routes: readonly Pick<RouterRoute, "method" | "path" | "handler">[]) {
  const schemas = await import("./schemas.ts");
  return routes.flatMap(({ method, path, handler }): Operation[] => {
    const make = descriptions.get(handler);
    if (make === undefined) return [];
    return [{
      ...make(schemas),
      method: method.toLowerCase() as Operation["method"],
      path: path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}"),
    }];
  });
}

/** Every way an operation can fail. */
export function errorsOf({ access, method, isWayOut, body, params, query, errors = {} }: Operation) {
  const said: Partial<Record<ErrorCode, string[]>> = {};
  const add = (code: ErrorCode, text: string) => (said[code] ??= []).push(text);
  if (access !== "anybody") add("unauthenticated", "Not authenticated");
  if (access !== "anybody" && !isWayOut) add("forbidden", "The account is blocked");
  if (access === "administrators") add("forbidden", "Only administrators may do this");
  if (method === "post") add("forbidden", "A browser sends it from another site");
  if (method === "post" && access !== "anybody" && !isWayOut) add("rate_limited", "Too many commands of one user");
  if (access !== "anybody") add("other_user", "X-Viewer names another user than the one the cookie belongs to");
  if (body) add("invalid", "The body is not a JSON object, or a field is not valid");
  if (query) add("invalid", "The query is not valid");
  if (params) add("not_found", "There is nothing with this name");
  for (const [code, text] of Object.entries(errors)) add(code as ErrorCode, text);
  return said;
}
