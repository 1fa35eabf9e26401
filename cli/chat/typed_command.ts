/** A parsed input line. */
export type TypedCommand =
  | { readonly kind: "nothing" }
  | { readonly kind: "say"; readonly content: string }
  /** Without an `id`, the user's last message. */
  | { readonly kind: "edit"; readonly id: number | undefined; readonly content: string }
  | { readonly kind: "delete"; readonly id: number | undefined }
  | { readonly kind: "users" }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  /** An invalid command. `hint` is one sentence. */
  | { readonly kind: "hint"; readonly hint: string };

/** The text of `/help`. */
export const typedCommands = [
  "/users              who is online",
  "/edit [#ID] TEXT    change your last message, or message #ID",
  "/delete [#ID]       delete your last message, or message #ID",
  "/help               these commands",
  "/quit               leave, as Ctrl+D and Ctrl+C do",
  "//TEXT              send text that begins with a slash",
] as const;

/**
 * Parses one input line. Only a slash as the very first character makes it a command. A text of several lines keeps its
 * indentation.
 */
export function readTypedCommand(line: string): TypedCommand {
  if (line.trim() === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "say", content: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "say", content: line.includes("\n") ? line : line.trim() };
  const text = line.trim();
  const [verb = "", argument = ""] = split(text.slice(1));
  switch (verb) {
    case "edit":
      return readEdit(argument);
    case "delete":
      return readDelete(argument);
    case "users":
    case "help":
    case "quit":
      return { kind: verb };
    default:
      return {
        kind: "hint",
        hint: `Unknown command /${verb}: see /help, or enter //${text.slice(1)} to send it as text`,
      };
  }
}

/** A message must be given as `#42`: a text that begins with a number must not replace another message by mistake. */
function readEdit(argument: string): TypedCommand {
  const [first = "", rest = ""] = split(argument);
  const id = first.startsWith("#") ? readId(first) : undefined;
  if (id !== undefined && rest !== "") return { kind: "edit", id, content: rest };
  if (argument === "" || id !== undefined) return { kind: "hint", hint: "Use /edit TEXT, or /edit #ID TEXT" };
  return { kind: "edit", id: undefined, content: argument };
}

function readDelete(argument: string): TypedCommand {
  const id = readId(argument);
  if (argument !== "" && id === undefined) return { kind: "hint", hint: "Use /delete, or /delete #ID" };
  return { kind: "delete", id };
}

function readId(word: string): number | undefined {
  return /^#?[0-9]{1,15}$/.test(word) ? Number(word.replace("#", "")) : undefined;
}

/** Splits off the first word. */
function split(text: string): [string, string] {
  const [first = ""] = text.split(/\s/, 1);
  return [first, text.slice(first.length).trim()];
}
