/** What is said instead of a path: everybody knows that these end an address, and no program's files end so. */
const KNOWN_ENDINGS = new Set(
  "com org net edu gov mil int eu uk de fr nl ch dk cz fi jp kr cn au nz ca ie".split(" "),
);

/** Nothing but the web and mail, never `javascript:`. */
const SAFE = /^(?:https?:\/\/|mailto:)/i;

/**
 * What never belongs to an address: quotes, the punctuation of scripts that do without spaces, invisible characters and
 * those that change the direction of what follows.
 */
const OUTSIDE =
  /[\p{Pi}\p{Pf}\p{Z}\p{Cc}\u201a\u201e`<>"\u060c\u061b\u061f\u0964\u0965\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\p{P}&&[\u3000-\u303f\ufe10-\ufe6f\uff00-\uffef]]/v;

/** Between two addresses that nothing else separates. */
const NEXT = /(?<=[,;]|\P{ASCII})(?=https?:\/\/)/iu;

const BOUNDARY = new RegExp(`(${OUTSIDE.source})|${NEXT.source}`, "vi");

/** Cuts a text into pieces none of which holds a part of an address; joined, they are the text again. */
export function pieces(text: string): string[] {
  return text.split(BOUNDARY).filter((piece) => piece !== undefined && piece !== "");
}

/** An address at the beginning of what was taken for one. */
export interface Link {
  readonly href: string;
  /** How many characters of the text it is. */
  readonly length: number;
}

/**
 * What of `value`, in which a library has found something like an address, is one; undefined for nothing. `before` is
 * the character that it follows. A bare word is an address only with `www.` or a well-known ending: README.md and
 * main.rs are files, and their like are domains of strangers.
 */
export function linkIn(value: string, before: string): Link | undefined {
  if (value.includes("@") && !value.includes("/") && !/^\w+:/.test(value)) {
    return { href: `mailto:${value}`, length: value.length };
  }
  const scheme = SAFE.exec(value)?.[0];
  if (/^mailto:/i.test(scheme ?? "")) return { href: value, length: value.length };
  if (scheme === undefined && /[\w/\\@.~#$%&=+-]/.test(before)) return undefined;
  const start = scheme?.length ?? 0;
  const authority = /^[^/?#]*/.exec(value.slice(start))![0];
  const host = hostIn(authority);
  const address = withoutEnd(host.length < authority.length ? value.slice(0, start + host.length) : value);
  const href = scheme === undefined ? `https://${address}` : address;
  if (!URL.canParse(href)) return undefined;
  if (scheme === undefined && !isKnown(host)) return undefined;
  return { href, length: address.length };
}

/** Name and port, up to the first character that neither has; a name's last part is of one script. */
function hostIn(authority: string): string {
  const [host = ""] = /^(?:[\p{L}\p{M}\p{N}._~%:@-]|\[[\da-f:.]+\])+/iu.exec(authority) ?? [];
  const [mixed] = /^.*\.[a-z]{2,}(?=[\p{L}\p{M}])(?![a-z])/iu.exec(host) ?? [];
  return mixed ?? host;
}

/** Without the punctuation at its end, and without brackets that were opened before it. */
function withoutEnd(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    if (/[.,!?;:'*|]/.test(last)) continue;
    if (/[[\p{P}\p{S}\p{Cs}]--\p{ASCII}]/v.test(last)) continue;
    const opening = { ")": "(", "]": "[", "}": "{" }[last];
    if (opening === undefined || isBalanced(address.slice(0, end), opening, last)) break;
  }
  return address.slice(0, end);
}

function isBalanced(text: string, opening: string, closing: string): boolean {
  return text.split(opening).length >= text.split(closing).length;
}

function isKnown(host: string): boolean {
  const name = host.replace(/:\d*$/, "");
  return /^www\../i.test(name) || KNOWN_ENDINGS.has(name.slice(name.lastIndexOf(".") + 1));
}
