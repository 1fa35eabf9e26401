import { parseArgs } from "node:util";
import { UsageError } from "../settings/config.ts";

const OPTIONS = {
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  email: { type: "string" },
  admin: { type: "boolean" },
  reason: { type: "string" },
  set: { type: "boolean" },
} as const;

type Flag = keyof typeof OPTIONS;

/** Options of each action, in addition to the common ones. */
const TAKES = {
  list: ["json"],
  create: ["email", "admin"],
  promote: [],
  demote: [],
  block: ["reason"],
  unblock: ["reason"],
  "reset-password": ["set"],
} as const satisfies Record<string, readonly Flag[]>;

export type Action = keyof typeof TAKES;

/** Valid options. */
export interface Options {
  readonly action: Action;
  /** Empty for `list`. */
  readonly name: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly email?: string;
  readonly admin?: boolean;
  readonly reason?: string;
  readonly set?: boolean;
}

/** Parses the arguments of `chatterbox user`; undefined when help was requested. Throws `UsageError`. */
export function readOptions([action = "", ...args]: string[]): Options | undefined {
  if (action === "--help" || action === "-h") return undefined;
  if (action === "") throw invalid("ACTION is missing");
  if (!isAction(action)) throw invalid(`Unknown action "${action}"`);
  const { values: { help, ...values }, positionals: [name, extra] } = parse(args);
  if (help) return undefined;
  const taken: readonly string[] = ["data", ...TAKES[action]];
  const strange = Object.keys(values).find((flag) => !taken.includes(flag));
  if (strange !== undefined) throw invalid(`"${action}" takes no --${strange}`);
  const unexpected = action === "list" ? name : extra;
  if (unexpected !== undefined) throw invalid(`Unexpected argument "${unexpected}"`);
  if (action !== "list" && !name) throw invalid("NAME is missing");
  return { action, name: name ?? "", ...values };
}

function isAction(text: string): text is Action {
  return Object.hasOwn(TAKES, text);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw invalid((error as Error).message.split(/\.\s|\n/)[0]!);
  }
}

function invalid(detail: string): UsageError {
  return new UsageError(`${detail}; see chatterbox user --help`);
}
