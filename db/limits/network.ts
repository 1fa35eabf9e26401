import { isIP } from "node:net";

/**
 * What one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 address (RFC 6177), of which
 * anybody has as many as they like. An IPv4 address that comes as IPv6 is itself.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIP(mapped) === 4) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("::");
  const left = groups(head);
  const right = groups(tail ?? "");
  // An IPv4 address at the end is two groups, and none of the first four.
  const missing = tail === undefined ? 0 : 8 - left.length - right.length - (plain.includes(".") ? 1 : 0);
  const all = [...left, ...Array<string>(Math.max(0, missing)).fill("0"), ...right];
  return `${all.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function groups(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
