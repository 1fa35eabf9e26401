/** Endings that mark a bare word as an address. Ones that are common file extensions are left out. */
const KNOWN_ENDINGS = new Set(
  "com org net edu gov mil int eu uk de fr nl ch dk cz fi jp kr cn au nz ca ie".split(" "),
);

/** Only web and mail addresses, never `javascript:`. */
const SAFE = /^(?:https?:\/\/|mailto:)/i;

/** Characters that end an address: quotes, CJK and Arabic punctuation, invisible characters and direction marks. */
const OUTSIDE =
  /[\p{Pi}\p{Pf}\p{Z}\p{Cc}\u201a\u201e`<>"\u060c\u061b\u061f\u0964\u0965\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\p{P}&&[\u3000-\u303f\ufe10-\ufe6f\uff00-\uffef]]/v;

/** Splits addresses that are not separated otherwise. */
const NEXT = /(?<=[,;]|\P{ASCII})(?=https?:\/\/)/iu;

const BOUNDARY = new RegExp(`(${OUTSIDE.source})|${NEXT.source}`, "vi");

/** Splits a text at characters that cannot be part of an address. Joined, the pieces are the text. */
export function pieces(text: string): string[] {
  return text.split(BOUNDARY).filter((piece) => piece !== undefined && piece !== "");
}

/** An address at the beginning of a candidate. */
export interface Link {
  readonly href: string;
  /** Length in characters. */
  readonly length: number;
}

/**
 * Finds the address in `value`, a candidate from linkify; undefined if there is none. `before` is the preceding
 * character. A bare word is an address only with `www.` or a known ending: README.md and main.rs are file names, and
 * the domains of that name belong to strangers.
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

/** Host and port, up to the first other character. A trailing label in two scripts is cut where the script changes. */
function hostIn(authority: string): string {
  const [host = ""] = /^(?:[\p{L}\p{M}\p{N}._~%:@-]|\[[\da-f:.]+\])+/iu.exec(authority) ?? [];
  const [mixed] = /^.*\.[a-z]{2,}(?=[\p{L}\p{M}])(?![a-z])/iu.exec(host) ?? [];
  return mixed ?? host;
}

/** Strips trailing punctuation and closing brackets that were opened before the address. */
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
