import { tokenize } from "linkifyjs";
import { linkIn, pieces } from "./link.ts";

/** Without one of these there is no link, and no need to look for one. */
const MAY_LINK = /[./@:]/;

/** Characters that turn the direction of what follows them: Unicode's embeddings, overrides and isolates. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A message's text as safe inline HTML: addresses become links, everything else is text. Line breaks are the stylesheet's. */
export function Text({ text }: { text: string }) {
  if (!MAY_LINK.test(text)) return <>{text}</>;
  return <>{pieces(text).map((piece) => MAY_LINK.test(piece) ? <Piece text={piece} /> : piece)}</>;
}

function Piece({ text }: { text: string }) {
  let before = "";
  return (
    <>
      {tokenize(text).map((token) => {
        const value = token.toString();
        const link = token.isLink ? linkIn(value, before) : undefined;
        before = value.slice(-1);
        if (!link) return value;
        return (
          <>
            <a href={link.href} target="_blank" rel="noopener noreferrer nofollow">
              {asSent(value.slice(0, link.length))}
            </a>
            {value.slice(link.length)}
          </>
        );
      })}
    </>
  );
}

/** What a link shows is what it leads to: nothing in it turns the rest of it round. */
function asSent(address: string): string {
  return address.replace(TURNS, encodeURIComponent);
}
