/** Errors whose reason the client may know. All others are faults: logged in full, shown as one neutral sentence. */
export type ErrorCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  /** The request comes from a page of another origin. */
  | "origin_mismatch"
  | "blocked"
  | "not_found"
  | "conflict"
  | "rate_limited"
  /** The page was rendered for another user than the one logged in now. */
  | "other_user"
  | "unavailable";

/**
 * The app's error type. `message` is a sentence for the user, `field` the form field it belongs to, `fields` one
 * sentence per invalid field.
 */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      field?: string | undefined;
      fields?: Readonly<Record<string, string>>;
      retryAfter?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.fields = options.fields ?? (options.field === undefined ? {} : { [options.field]: message });
    this.retryAfter = options.retryAfter;
  }
}
