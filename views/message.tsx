import type { Message } from "../db/model.ts";
import { DrawnText } from "./components/drawn_text.tsx";

/** Colours for names and avatars; the stylesheet has as many. */
const COLOURS = 12;

export function colourOf(userId: number): string {
  return `c${userId % COLOURS}`;
}

/** One or two letters that stand for a name: of its parts, or its beginning. */
export function initials(username: string): string {
  const [first = "", second] = username.split(/[_.-]+/).filter((part) => part !== "");
  return ((second ? first.slice(0, 1) + second.slice(0, 1) : first.slice(0, 2)) || username.slice(0, 2)).toUpperCase();
}

/**
 * The one drawing of a message: in the page, live, after an edit. It does not know who is looking: what belongs to the
 * viewer alone (sides, buttons, local time) is done by the page. A deleted one is an empty place that says "gone".
 */
export function MessageItem({ message }: { message: Message }) {
  const { id, room, author, seq, rev } = message;
  if (message.deletedAt !== null) return <li id={`message-${id}`} data-rev={rev} data-room={room} hidden></li>;
  const time = new Date(message.createdAt).toISOString();
  return (
    <li
      id={`message-${id}`}
      class={colourOf(author.id)}
      data-author={author.id}
      data-seq={seq}
      data-rev={rev}
      data-room={room}
    >
      <i aria-hidden="true">{initials(author.username)}</i>
      <b>{author.username}</b>
      <time datetime={time}>{time.slice(11, 16)}</time>
      {message.editedAt !== null && <em>edited</em>}
      <p dir="auto">
        <DrawnText text={message.content} />
      </p>
    </li>
  );
}

/** "alice joined": seen by those who are there, kept nowhere. */
export function SystemLine({ text, room }: { text: string; room: string }) {
  return <li class="system" data-room={room}>{text}</li>;
}
