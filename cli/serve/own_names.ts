/**
 * Host names of this machine that are accepted without PUBLIC_URL: the address it listens on, and its host name, also
 * with `.local` (RFC 6762). A laptop's name differs between networks, so it is read on each call.
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
    // From source it may run without this permission. Then only an address or PUBLIC_URL works.
    return "";
  }
}
