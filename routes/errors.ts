import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "../db/errors.ts";

/** HTTP status by error code. A taken name is a 400 by contract. */
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
