import type { Message } from "../db/model.ts";
import { DrawnText } from "./components/drawn_text.tsx";

/** Number of avatar colours in the stylesheet. */
const COLOURS = 12;

export function colourOf(userId: number): string {
  return `c${userId % COLOURS}`;
}

/** One or two letters for an avatar: initials of the name's parts, or its first letters. */
export function initials(username: string): string {
  const [first = "", second] = username.split(/[_.-]+/).filter((part) => part !== "");
  return ((second ? first.slice(0, 1) + second.slice(0, 1) : first.slice(0, 2)) || username.slice(0, 2)).toUpperCase();
}

/**
 * The only rendering of a message: on pages, live and after edits. It is the same for every viewer; CSS and scripts add
 * alignment, buttons and local time. A deleted message is an empty hidden element. `data-room` keeps a late one out of
 * another room's list.
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

/** "alice joined": shown to connected members, not stored. */
export function SystemLine({ text, room }: { text: string; room: string }) {
  return <li class="system" data-room={room}>{text}</li>;
}
