import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "../db/errors.ts";

/** The HTTP status of each error. A name that is taken is a 400 by contract. */
export const statusOf: Record<ErrorCode, ContentfulStatusCode> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  origin_mismatch: 403,
  blocked: 403,
  not_found: 404,
  conflict: 400,
  rate_limited: 429,
  other_user: 409,
  unavailable: 503,
};
