import assert from "node:assert/strict";
import type { Message } from "../../db/model.ts";
import type { Encoding } from "../../ws/encoding/encoding.ts";
import { htmlEncoding } from "../../ws/encoding/html.tsx";
import { jsonEncoding } from "../../ws/encoding/json.ts";

/** One event that a client receives about a room, in any encoding. */
export type Received =
  | { is: "history"; messages: ReceivedMessage[]; head: number }
  | { is: "change" | "gone"; message: ReceivedMessage }
  | { is: "online" }
  | { is: "reload" };

export interface ReceivedMessage {
  id: number;
  /** The message as encoded. */
  text: string;
  seq: number;
  rev: number;
}

/** The part of a text that a failure shows. */
function brief(text = ""): string {
  return text.length < 500 ? text : `${text.length} ${text.slice(0, 500)}`;
}

/** Reads frames in one encoding. */
export interface Decoder {
  readonly encoding: Encoding;
  /** Only JSON marks a history as one; in HTML its messages look like live ones. */
  read(frame: string, handler: { room(room: string, event: Received): void; ack(nonce: string): void }): void;
  draw(message: Message): ReceivedMessage;
}

export const json: Decoder = {
  encoding: jsonEncoding,
  read(frame, handler) {
    for (const line of frame.split("\n")) {
      const event = JSON.parse(line);
      if (event.type === "ack") handler.ack(event.nonce);
      if (["ack", "rooms", "unread"].includes(event.type)) continue;
      assert.equal(typeof event.room, "string", line);
      const shown = ({ id, content, seq, rev }: { id: number; content: string; seq: number; rev: number }) => ({
        id,
        text: brief(content),
        seq,
        rev,
      });
      const { room } = event;
      if (event.type === "history") {
        handler.room(room, { is: "history", messages: event.messages.map(shown), head: event.head });
      } else if (event.type === "message" || event.type === "edit") {
        handler.room(room, { is: "change", message: shown(event) });
      } else if (event.type === "delete") {
        handler.room(room, { is: "gone", message: shown(event) });
      } else if (event.type === "users") handler.room(room, { is: "online" });
      else if (event.type === "reload") handler.room(room, { is: "reload" });
      else assert(["system", "typing", "seen"].includes(event.type), line);
    }
  },
  draw: ({ id, content, seq, rev }) => ({ id, text: brief(content), seq, rev }),
};

const ELEMENTS =
  /<li id="message-(\d+)"([^>]*?)( hidden(?:="")?)?>.*?<\/li>|<section id="people" data-room="([^"]*)"|<hx-ack nonce="([^"]*)"|<hx-reload room="([^"]*)"/gs;

export const html: Decoder = {
  encoding: htmlEncoding,
  read(frame, handler) {
    for (const [text, id, attributes, hidden, online, nonce, reload] of frame.matchAll(ELEMENTS)) {
      if (nonce !== undefined) handler.ack(nonce);
      else if (online !== undefined) handler.room(online, { is: "online" });
      else if (reload !== undefined) handler.room(reload, { is: "reload" });
      else {
        const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes!)?.[1];
        const message = {
          id: Number(id),
          text: brief(text),
          seq: Number(value("data-seq")),
          rev: Number(value("data-rev")),
        };
        handler.room(value("data-room")!, { is: hidden === undefined ? "change" : "gone", message });
      }
    }
  },
  draw: (message) => ({
    id: message.id,
    text: brief(htmlEncoding.encode({ type: "message", message })),
    seq: message.seq,
    rev: message.rev,
  }),
};
