import { brief, clean, oneLine } from "./clean.ts";
import type { Online } from "./client.ts";
import { colourOf, type Paint } from "./paint.ts";
import type { Command, Message } from "./protocol.ts";
import type { Change } from "./transcript.ts";

/** A message in a pipe: `HH:MM username: text`, always one line. */
export function pipedMessage(message: Message): string {
  return `${timeOfDay(message.timestamp)} ${brief(message.username)}: ${oneLine(message.content)}`;
}

/** A change on a terminal. Continuation lines are indented, so that one message cannot pass for several. */
export function changeLines(change: Change, paint: Paint): string {
  if (change.kind === "deleted") return noticeLine(deletion(change), paint);
  const { message } = change;
  const edited = change.kind === "edited" || message.edited;
  const head = `${paint("dim", timeOfDay(message.timestamp))} ${name(message.username, paint)}: `;
  const tail = paint("dim", `${edited ? " (edited)" : ""} #${message.id}`);
  return head + clean(message.content).replaceAll("\n", `\n${paint("dim", "      |")} `) + tail;
}

/** An edit or a deletion, in a pipe. */
export function changeNotice(change: Change): string {
  if (change.kind === "deleted") return deletion(change);
  return `${brief(change.message.username)} edited #${change.message.id}: ${oneLine(change.message.content)}`;
}

/** A notice: any line that is not a message. */
export function noticeLine(text: string, paint: Paint): string {
  return paint("dim", `* ${brief(text)}`);
}

/** One sentence for a refused command. */
export function failure(command: Command, detail: string): string {
  if (command.type !== "send") return `Cannot ${command.type} message #${command.id}: ${detail}`;
  return `Cannot send "${brief(command.content, 40)}": ${detail}`;
}

/** One sentence for commands without a reply. */
export function unconfirmed(count: number): string {
  return `Cannot confirm that ${
    count === 1 ? "1 message was" : `${count} messages were`
  } stored: no response from the server`;
}

export function onlineLine({ names, count }: Online, paint: Paint): string {
  const others = count - names.length;
  const known = names.map((username) => name(username, paint)).join(", ");
  const crowd = others > 0 ? `${known === "" ? "" : " and "}${others} more` : "";
  return `${paint("dim", `* Online (${count}):`)} ${known}${crowd}`;
}

/** The heading above the first message of a day: `Friday, 20 November 2026`. */
export function dayOf(timestamp: string): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** `HH:MM` in local time. */
function timeOfDay(timestamp: string): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return "--:--";
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

function name(username: string, paint: Paint): string {
  return paint(["bold", colourOf(username)], brief(username, 64));
}

function deletion({ id, message }: Change & { kind: "deleted" }): string {
  return message === undefined ? `Message #${id} was deleted` : `Message #${id} of ${message.username} was deleted`;
}
