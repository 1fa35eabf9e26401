import { tokenize } from "linkifyjs";
import { linkIn, pieces } from "./link.ts";

/** A text without these characters contains no links. */
const MAY_LINK = /[./@:]/;

/** Unicode's direction marks, embeddings, overrides and isolates. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Renders a message's text as inline HTML with links. Line breaks are left to the stylesheet. */
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

/** Escapes direction marks, so that a link's text cannot disguise its target. */
function asSent(address: string): string {
  return address.replace(TURNS, encodeURIComponent);
}
