import * as z from "zod";
import { roomSlug } from "../../db/rules.ts";
import { paths } from "../../views/paths.ts";
import { send } from "../../ws/commands/message/send.ts";
import { page } from "../chat.tsx";
import { joining } from "../socket.ts";
import { History, User } from "./nouns.ts";
import type { Group } from "./operation.ts";

const room = z.object({ room: roomSlug.meta({ description: "A room's name in addresses" }) });
const example = { room: "general" };

export const chat: Group = {
  name: "Chat",
  text: "Who is there, what was said, and saying something.",
  operations: [
    {
      id: "listUsers",
      method: "get",
      path: paths.users,
      summary: "Everybody, and who is online",
      access: "members",
      answer: {
        text: "All accounts",
        schema: z.array(User),
        example: [{ id: 1, username: "alice", online: true }, { id: 2, username: "bob", online: false }],
      },
    },
    {
      id: "listMessages",
      method: "get",
      path: paths.messages("{room}"),
      summary: "A page of a room's history",
      description: "The newest messages, or those before one that you have: pass its seq as before.",
      access: "members",
      params: room,
      query: page,
      example: { params: example, query: { limit: "10" } },
      answer: {
        text: "Messages, oldest first",
        schema: History,
        example: {
          messages: [{
            id: 1,
            room: "general",
            username: "bob",
            content: "Hello",
            timestamp: "2026-01-01T12:00:00.000Z",
            edited: false,
            seen: true,
            seq: 1,
            rev: 1,
          }],
          head: 1,
        },
      },
    },
    {
      id: "postMessage",
      method: "post",
      path: paths.messages("{room}"),
      summary: "Send a message",
      description: "It is on disk when the answer comes. With a nonce it may be sent again and is there once.",
      access: "members",
      params: room,
      body: send.input,
      example: { params: example, body: { content: "Hello from curl" } },
      answer: {
        text: "The message is stored",
        schema: z.object({ id: z.number().int().positive() }),
        example: { id: 2 },
      },
      errors: { forbidden: "You cannot post here", invalid: "A forbidden word, which counts as a warning" },
    },
    {
      id: "openSocket",
      method: "get",
      path: paths.ws,
      summary: "The socket: everything live",
      description:
        "Upgrades to a WebSocket. A client with a token speaks JSON, a browser with the cookie gets HTML fragments; " +
        "both send the same commands, one JSON object a frame.",
      access: "members",
      query: joining,
      answer: { status: 101, text: "The connection is a WebSocket from here on; it begins with the room's history" },
      errors: {
        forbidden: "You cannot enter this room, or the cookie comes from another site's page",
        rate_limited: "Too many sockets",
      },
      otherwise: { 426: "The request does not ask for an upgrade" },
    },
  ],
};
