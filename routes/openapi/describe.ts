import type * as z from "zod";
import type { MiddlewareHandler, RouterRoute } from "hono/types";
import type { ErrorCode } from "../../db/errors.ts";
import type { Env } from "../env.ts";
import type { GroupName } from "./groups.ts";

/** Who may call it. */
export type Access = "anybody" | "members" | "administrators";

/** The successful response. */
export interface Answer {
  /** 200 by default. */
  readonly status?: number;
  readonly text: string;
  /** Schema of the JSON; without it there is no JSON body. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Media type, if not JSON. */
  readonly type?: string;
}

/** An API operation. The OpenAPI document, the docs page and the tests are generated from these. */
export interface Description {
  /** Heading. */
  readonly group: GroupName;
  /** Operation id. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** Not rate limited, and allowed for blocked users: everyone can log out. */
  readonly isWayOut?: true;
  /** Schemas that validate path parameters, query and body. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Values for examples. */
  readonly example?: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: Readonly<Record<string, unknown>>;
  };
  readonly answer: Answer;
  /** Errors besides those implied by access and body. */
  readonly errors?: Partial<Record<ErrorCode, string>>;
  /** Statuses without an error code. */
  readonly otherwise?: Readonly<Record<number, string>>;
}

/** A description with its route's method and path. */
export interface Operation extends Description {
  readonly method: "get" | "post";
  /** In OpenAPI syntax: `/rooms/{room}/messages`. */
  readonly path: string;
}

type Schemas = typeof import("./schemas.ts");

const descriptions = new WeakMap<object, (schemas: Schemas) => Description>();

/**
 * Attaches a description to a route, as a no-op middleware. It is evaluated on the first request for the document,
 * together with the response schemas, so that startup does not load them.
 */
export function describe(make: (schemas: Schemas) => Description): MiddlewareHandler<Env> {
  const described: MiddlewareHandler<Env> = (_, next) => next();
  descriptions.set(described, make);
  return described;
}

/** The described operations of an app, in route order. */
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

/** All errors of an operation. */
export function errorsOf({ access, method, isWayOut, body, params, query, errors = {} }: Operation) {
  const said: Partial<Record<ErrorCode, string[]>> = {};
  const add = (code: ErrorCode, text: string) => (said[code] ??= []).push(text);
  if (access !== "anybody") add("unauthenticated", "Not authenticated");
  if (access !== "anybody" && !isWayOut) add("forbidden", "The user is blocked");
  if (access === "administrators") add("forbidden", "Only administrators may do this");
  if (method === "post") add("forbidden", "A browser sends it from another site");
  if (method === "post" && access !== "anybody" && !isWayOut) add("rate_limited", "Too many commands of one user");
  if (access !== "anybody") add("other_user", "X-Viewer names another user than the one the cookie belongs to");
  if (body) add("invalid", "The body is not a JSON object, or a field is not valid");
  if (query) add("invalid", "The query is not valid");
  if (params) add("not_found", "The object does not exist");
  for (const [code, text] of Object.entries(errors)) add(code as ErrorCode, text);
  return said;
}
