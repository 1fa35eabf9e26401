import type { Operation } from "./describe.ts";

/** A shell command with the operation's example. The token is in `$TOKEN`. */
export function curl(base: string, operation: Operation): string {
  const { method, access, example = {} } = operation;
  const { body } = example;
  const post = method === "post" && !body ? " -X POST" : "";
  const lines = [`curl${post} ${quote(base + addressOf(operation))}`];
  if (access !== "anybody") lines.push('-H "Authorization: Bearer $TOKEN"');
  if (body) lines.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`);
  return lines.join(" \\\n  ");
}

/** The example's path and query. */
export function addressOf({ path, example = {} }: Operation): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(example.params?.[name] ?? name));
  const query = new URLSearchParams(example.query).toString();
  return query === "" ? filled : `${filled}?${query}`;
}

/** Shell variables are not encoded. */
function encode(value: string): string {
  return value.startsWith("$") ? value : encodeURIComponent(value);
}

/** Quotes text for a shell where necessary. */
function quote(text: string): string {
  if (/^[\w:/.$-]+\$\w+$/.test(text)) return `"${text}"`;
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
