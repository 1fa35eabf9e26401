import { parseArgs } from "node:util";

/** The parsed command line. */
export type Options =
  | { readonly kind: "help" }
  /** `detail` is one line: what is wrong and what is accepted. */
  | { readonly kind: "invalid"; readonly detail: string }
  | ({ readonly kind: "chat" } & ChatOptions);

/** Valid options. */
export interface ChatOptions {
  readonly server: URL;
  readonly room: string;
  readonly username: string | undefined;
  readonly register: boolean;
  readonly follow: boolean;
}

/** Parses the arguments of `chatterbox chat`. */
export function readOptions(args: readonly string[]): Options {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        username: { type: "string", short: "u" },
        room: { type: "string", default: "general" },
        register: { type: "boolean", default: false },
        follow: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return invalid(firstSentence(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  const [address = "http://127.0.0.1:8000", extra] = positionals;
  if (extra !== undefined) return invalid(`Unexpected argument ${JSON.stringify(extra)}`);
  const server = readServer(address);
  if (server === undefined) {
    return invalid(
      `Invalid URL ${JSON.stringify(withoutPassword(address))}: use http://HOST:PORT or https://HOST:PORT`,
    );
  }
  if (values.username?.trim() === "") return invalid("Invalid --username: it is empty");
  if (values.room === "") return invalid("Invalid --room: it is empty");
  const { room, register, follow } = values;
  return { kind: "chat", server, room, username: values.username?.trim(), register, follow };
}

/** Accepts only a scheme, a host and a port: a password in the URL would show in `ps`. */
function readServer(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" &&
    url.password === "";
  return bare && url.hostname !== "" && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}

/** Removes what may be a password: errors end up in logs and screenshots. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/]*@/, "//…@");
}

function invalid(detail: string): Options {
  return { kind: "invalid", detail: `${detail} (see chatterbox chat --help)` };
}

function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(/\.\s|\n/)[0] ?? text;
}
