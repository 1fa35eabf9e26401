/**
 * The names that lead to this machine although nobody has set PUBLIC_URL: the one it was told to listen on, and those it
 * calls itself, which on its own network end in `.local` (RFC 6762). A laptop is called otherwise in another network, so
 * this asks each time.
 */
export function ownNames(host: string): string[] {
  const machine = machineName();
  const first = machine.split(".")[0]!;
  return [host, machine, first, `${first}.local`].filter((name) => /^\w[\w.-]*$/.test(name)).map((name) =>
    name.toLowerCase().replace(/\.$/, "")
  );
}

function machineName(): string {
  try {
    return Deno.hostname();
  } catch {
    // Whoever starts it from source with fewer permissions has an address, or sets PUBLIC_URL.
    return "";
  }
}
