import { isIP } from "node:net";

/**
 * The network a client is counted by: an IPv4 address, or the /64 prefix of an IPv6 address, since one customer
 * controls all addresses below it (RFC 6177). IPv4-mapped addresses count as IPv4.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIP(mapped) === 4) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("::");
  const left = groups(head);
  const right = groups(tail ?? "");
  // A trailing IPv4 address stands for two groups, which are never among the first four.
  const missing = tail === undefined ? 0 : 8 - left.length - right.length - (plain.includes(".") ? 1 : 0);
  const all = [...left, ...Array<string>(Math.max(0, missing)).fill("0"), ...right];
  return `${all.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function groups(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
