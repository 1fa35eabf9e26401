import type { Message } from "../../db/model.ts";
import { drawnText, workOf } from "../../views/components/drawn_text.tsx";
import { Signal } from "../../views/components/htmx.tsx";
import { MessageItem, SystemLine } from "../../views/message.tsx";
import { People } from "../../views/components/people.tsx";
import type { ServerEvent } from "../event.ts";
import { turns } from "../rooms/turns.ts";
import type { Encoding } from "./encoding.ts";

/** Characters rendered in one turn of the event loop: one or two milliseconds. A longer text has a turn of its own. */
const AT_ONCE = 4000;

/**
 * For browsers: fragments that htmx swaps into the page, and signals that its script handles. An element or signal
 * about a room carries the slug (`data-room`, `room`), so that a page that has left the room can discard late events.
 */
export const htmlEncoding: Encoding = {
  name: "html",
  // The page has no list of rooms.
  sendsInbox: false,
  heartbeat: render(<Signal name="beat" />),
  prepare: drawAhead,
  encode(event) {
    if (event.type !== "history") return render(draw(event));
    const items = event.messages.map((message) => render(<MessageItem message={message} />));
    const marks = event.seen.map(({ user, seq }) =>
      render(<Signal name="seen" by={user.id} seq={seq} room={event.room} />)
    );
    return [...items, ...marks].join("\n");
  },
};

function draw(event: Exclude<ServerEvent, { type: "history" }>) {
  switch (event.type) {
    case "rooms":
    case "room":
    case "room_gone":
    case "unread":
    case "online":
      return "";
    case "message":
      return <MessageItem message={event.message} />;
    case "users":
      return <People online={event} room={event.room} live />;
    case "system":
      return <SystemLine text={event.content} room={event.room} />;
    case "typing":
      return <Signal name="typing" by={event.user.id} room={event.room} text={event.user.username} />;
    case "seen":
      return <Signal name="seen" by={event.user.id} seq={event.seq} room={event.room} />;
    case "ack":
      return <Signal name="ack" nonce={event.nonce} message={event.id} secret={event.secret} />;
    case "error":
      return <Signal name="error" nonce={event.nonce} code={event.code} room={event.room} text={event.detail} />;
    case "warning":
      return <Signal name="warning" nonce={event.nonce} count={event.warning_count} text={event.detail} />;
    case "blocked":
      return <Signal name="blocked" text={event.detail} />;
    case "reload":
      return <Signal name="reload" room={event.room} />;
  }
}

/** All components are synchronous, so the result is text and never a promise. */
function render(element: unknown): string {
  return String(element);
}

/**
 * Renders the long texts in these messages piece by piece and caches them, so that rendering all the messages
 * afterwards is cheap. Undefined when it is cheap already. `key`: see {@link turns}.
 */
export function drawAhead(key: unknown, messages: readonly Message[]): Promise<void> | undefined {
  const pieces: string[][] = [];
  let work = 0;
  for (const { content } of messages) {
    const own = workOf(content);
    if (own === 0) continue;
    if (pieces.length === 0 || work + own > AT_ONCE) {
      pieces.push([]);
      work = 0;
    }
    pieces.at(-1)!.push(content);
    work += own;
  }
  if (pieces.length === 0 || (pieces.length === 1 && work <= AT_ONCE)) return undefined;
  return (async () => {
    for (const texts of pieces) await turns.run(key, () => texts.forEach(drawnText));
  })();
}
