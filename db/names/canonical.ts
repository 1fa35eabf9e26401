import { domainToASCII } from "node:url";

/**
 * Canonical forms of text that can be typed in several ways. Systems differ in how they encode "é" (one character or
 * two), in which space character a key produces, and in how a browser sends an internationalized domain. Callers limit
 * the length first, since normalizing long text is expensive.
 */

/** RFC 8265, 4.2 (OpaqueString): any space becomes U+0020, then NFC. Case and surrounding spaces are significant. */
export function canonicalPassword(text: string): string {
  return text.replace(/\p{Zs}/gu, " ").normalize("NFC");
}

/** The key by which a login name is looked up. */
export function canonicalLogin(text: string): string {
  const name = text.trim();
  // Usernames are ASCII. NFKC maps full-width input from other keyboards.
  return name.includes("@") ? emailKey(name) : name.normalize("NFKC").toLowerCase();
}

/** Emails with the same key are equal: NFC, the domain in its DNS form, case-insensitive. */
export function emailKey(text: string): string {
  const email = text.trim().normalize("NFC");
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  return `${email.slice(0, at + 1)}${domainToASCII(domain) || domain}`.toLowerCase();
}

/** RFC 5321, 4.5.3.1.1, in octets; RFC 6531 counts them in UTF-8. */
const LOCAL_MAX = 64;

/** The local part, in any script (RFC 6531), with the punctuation that real mailboxes use out of RFC 5322's. */
const LOCAL = /^[\p{L}\p{M}\p{N}_'+-]+(\.[\p{L}\p{M}\p{N}_'+-]+)*$/u;

/** RFC 1035, 2.3.1. A numeric last label would be an IP address. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Whether the text is a deliverable address. Quoted local parts and bracketed addresses are rejected. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  return at > 0 && LOCAL.test(local) && Buffer.byteLength(local) <= LOCAL_MAX &&
    DOMAIN.test(domainToASCII(text.slice(at + 1)));
}
