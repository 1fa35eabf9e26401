import type { Readable, Writable } from "node:stream";

/** Where keystrokes or lines come from: `process.stdin`. */
export type Input = Readable & {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

/** Where lines go: `process.stdout`, `process.stderr`. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/**
 * All that the client sees of the process it runs in. It reads and writes the streams but never closes them, and leaves
 * a terminal in the mode it found it in. Whoever calls {@linkcode chat} ends the process with the status it returns:
 * a read of stdin may still be pending then.
 */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: {
    /** `CHATTERBOX_TOKEN`: a session's token, instead of logging in. */
    readonly token?: string | undefined;
    /** `CHATTERBOX_PASSWORD`: the password, where there is nobody to ask. */
    readonly password?: string | undefined;
    /** Whether `NO_COLOR` is set to anything but the empty string: https://no-color.org */
    readonly noColor: boolean;
  };
  /** Aborted by SIGINT, SIGTERM or SIGHUP: what was said is still delivered, for up to 5 s, and the client leaves. */
  readonly interrupted: AbortSignal;
}
