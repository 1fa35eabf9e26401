/** What can go wrong for a reason that is the asker's to know. Everything else is a fault: logged whole, shown as one neutral sentence. */
export type ErrorCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  /** A browser's page that is not at our own address. */
  | "origin_mismatch"
  | "blocked"
  | "not_found"
  | "conflict"
  | "rate_limited"
  /** The page that asks was drawn for another user than the one who is logged in now. */
  | "other_user"
  | "unavailable";

/**
 * The one error type of the app. `message` is a sentence for the person who asked; `field` names the form field it
 * belongs to, and `fields` has a sentence for each field that is wrong.
 */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** Seconds after which it makes sense to try again. */
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
