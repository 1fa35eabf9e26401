import type { Readable, Writable } from "node:stream";

/** The input: `process.stdin`. */
export type Input = Readable & {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

/** An output: `process.stdout` or `process.stderr`. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/**
 * The process, as the client sees it. The client reads and writes the streams but never closes them, and restores the
 * terminal's mode. The caller of {@linkcode chat} must exit with the returned status: a read of stdin may still be
 * pending.
 */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: {
    /** `CHATTERBOX_TOKEN`: a session's token, instead of logging in. */
    readonly token?: string | undefined;
    /** `CHATTERBOX_PASSWORD`: the password, when there is no terminal to prompt on. */
    readonly password?: string | undefined;
    /** Whether `NO_COLOR` is set and not empty: https://no-color.org */
    readonly noColor: boolean;
  };
  /** Aborted by SIGINT, SIGTERM or SIGHUP. The client then waits up to 5 s for unconfirmed messages and leaves. */
  readonly interrupted: AbortSignal;
}
