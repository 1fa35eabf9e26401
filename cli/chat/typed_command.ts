/** What a line that a person entered asks for. */
export type TypedCommand =
  | { readonly kind: "nothing" }
  | { readonly kind: "say"; readonly content: string }
  /** Without an `id`, one's last message. */
  | { readonly kind: "edit"; readonly id: number | undefined; readonly content: string }
  | { readonly kind: "delete"; readonly id: number | undefined }
  | { readonly kind: "users" }
  | { readonly kind: "help" }
  | { readonly kind: "quit" }
  /** It is none. `hint` is one sentence that helps. */
  | { readonly kind: "hint"; readonly hint: string };

/** What `/help` says. */
export const typedCommands = [
  "/users              who is online",
  "/edit [#ID] TEXT    change your last message, or message #ID",
  "/delete [#ID]       delete your last message, or message #ID",
  "/help               these commands",
  "/quit               leave, as Ctrl+D and Ctrl+C do",
  "//TEXT              say something that begins with a slash",
] as const;

/** Reads one entered line. Only one whose very first character is a slash is a command; a text of several lines keeps its indent. */
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
      return { kind: "hint", hint: `There is no /${verb}: see /help, or write //${text.slice(1)} to say it` };
  }
}

/** Only `#42` names a message: a text may begin with a number, and must not replace another message by mistake. */
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

/** The first word, and what follows it. */
function split(text: string): [string, string] {
  const [first = ""] = text.split(/\s/, 1);
  return [first, text.slice(first.length).trim()];
}
