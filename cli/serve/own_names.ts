/**
 * The names of this machine that are accepted without PUBLIC_URL: the address it listens on, and its host name, which ends
 * in `.local` on its own network (RFC 6762). A laptop's name differs between networks, so this asks each time.
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
    // From source it may run without this permission: then it is reached by an address or PUBLIC_URL.
    return "";
  }
}
