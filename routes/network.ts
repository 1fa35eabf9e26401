import { isIP } from "node:net";

/**
 * Whom an address stands for: one who has an IPv6 address has the 2^64 of its network (RFC 6177). An IPv4 address in the
 * dress of IPv6 is itself.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, "");
  const inner = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (inner !== undefined && isIP(inner) === 4) return inner;
  if (isIP(bare) !== 6) return bare;
  // URL writes the shortest form and no dots.
  const [head = "", tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
