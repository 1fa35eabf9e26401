/** The request of a curl command, parsed as a shell and curl would; `variables` are the shell's. */
export function readCurl(command: string, variables: Record<string, string>) {
  const [program, ...words] = wordsOf(command.replaceAll("\\\n", " "), variables);
  if (program !== "curl") throw new Error(`Cannot read "${command}": it is not curl`);
  const headers: Record<string, string> = { Accept: "*/*" };
  let method: string | undefined, body: string | undefined, url: string | undefined;
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "-X") method = words.shift();
    else if (word === "-d") body = words.shift();
    else if (word === "-H") {
      const [name, ...value] = words.shift()!.split(": ");
      headers[name!] = value.join(": ");
    } else if (word.startsWith("-") || url !== undefined) throw new Error(`Cannot read "${word}" of "${command}"`);
    else url = word;
  }
  if (url === undefined) throw new Error(`Cannot read "${command}": it has no address`);
  return {
    url,
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body === undefined ? {} : { body }),
  };
}

/** A command's words: text within `'` is literal, variables within `"` are replaced. */
function wordsOf(command: string, variables: Record<string, string>): string[] {
  const word = /(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g;
  return [...command.matchAll(word)].map(([text]) =>
    text.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? escaped ?? double!.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ""),
    )
  );
}
