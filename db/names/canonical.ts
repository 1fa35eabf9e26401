import { domainToASCII } from "node:url";

/**
 * One form for what can be typed in several. Machines differ in how they write "é" (one character or two), in the space
 * that a key brings, and in how a browser hands on a domain in another script. All expect text of bounded length: to
 * normalise much of it is much work.
 */

/** RFC 8265, 4.2 (OpaqueString): spaces are the space, and NFC. Case counts, and so does the space around it. */
export function canonicalPassword(text: string): string {
  return text.replace(/\p{Zs}/gu, " ").normalize("NFC");
}

/** What a name at the login is looked up by; the same for all ways to write it. */
export function canonicalLogin(text: string): string {
  const name = text.trim();
  // Usernames are ASCII: what a keyboard of another script makes of them is meant so.
  return name.includes("@") ? emailKey(name) : name.normalize("NFKC").toLowerCase();
}

/** What makes two emails the same: NFC, the domain as the DNS has it, and no regard to case. */
export function emailKey(text: string): string {
  const email = text.trim().normalize("NFC");
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  return `${email.slice(0, at + 1)}${domainToASCII(domain) || domain}`.toLowerCase();
}

/** RFC 5321, 4.5.3.1.1, in octets; RFC 6531 counts them in UTF-8. */
const LOCAL_MAX = 64;

/** What stands before the @, in any script (RFC 6531); of RFC 5322's signs those that mailboxes have. */
const LOCAL = /^[\p{L}\p{M}\p{N}_'+-]+(\.[\p{L}\p{M}\p{N}_'+-]+)*$/u;

/** RFC 1035, 2.3.1; a last label that is a number would be an address. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Whether mail could be sent there. Quoted names and addresses in brackets are for nobody's mailbox. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  return at > 0 && LOCAL.test(local) && Buffer.byteLength(local) <= LOCAL_MAX &&
    DOMAIN.test(domainToASCII(text.slice(at + 1)));
}
