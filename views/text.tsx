import { tokenize } from "linkifyjs";

/** Without one of these there is no link, and no need to look for one. */
const MAY_LINK = /[./@:]/;

/** Linkify's word for it is an opinion, this is the rule: nothing but the web and mail, never `javascript:`. */
const SAFE = /^(https?|mailto):/i;

/** A message's text as safe inline HTML: addresses become links, everything else is text. Line breaks are the stylesheet's. */
export function Text({ text }: { text: string }) {
  if (!MAY_LINK.test(text)) return <>{text}</>;
  return (
    <>
      {tokenize(text).map((token) => {
        const value = token.toString();
        if (!token.isLink) return value;
        const href = token.toHref("https");
        if (!SAFE.test(href)) return value;
        return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{value}</a>;
      })}
    </>
  );
}
