export type LogLevel = "debug" | "info" | "warn" | "error";

/** Writes one line to the log: an event and its fields. Never log message text, tokens or passwords. */
export type Log = (level: LogLevel, event: string, facts?: Record<string, unknown>) => void;
