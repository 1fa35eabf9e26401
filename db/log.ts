export type LogLevel = "debug" | "info" | "warn" | "error";

/** One line of the log: what happened and its facts. Never a message's text, a token or a password. */
export type Log = (level: LogLevel, event: string, facts?: Record<string, unknown>) => void;
