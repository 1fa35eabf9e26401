import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import * as z from "zod";
import { ChatError } from "../db/errors.ts";
import { GENERAL } from "../db/model.ts";
import { ChatPage, EarlierLink, ownStyle } from "../views/chat.tsx";
import { MessageItem } from "../views/message.tsx";
import { paths } from "../views/paths.ts";
import { messageJson } from "../ws/encoding/json.ts";
import { drawAhead } from "../ws/encoding/html.tsx";
import { loadRoom } from "../ws/rooms/load_room.ts";
import { turns } from "../ws/rooms/turns.ts";
import { requireViewer } from "./authenticate.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";
import { statusOf } from "./errors.ts";
import { readBody, wantsPage } from "./negotiate.ts";
import { allowStyle } from "./security.ts";

/** A page of a room's history. */
export const page = z.object({
  before: z.coerce.number().int().positive().optional().meta({ description: "Only messages with a smaller seq" }),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "Maximum number of messages" }),
});

function readPage(c: Context<Env>) {
  const parsed = page.safeParse(c.req.query());
  if (!parsed.success) throw new ChatError("invalid", "Query must have before=SEQ and limit=1…200, whole numbers");
  const { before, limit } = parsed.data;
  return { limit, ...(before === undefined ? {} : { before }) };
}

export function chatRoutes(app: App): Hono<Env> {
  /** Renders a room's page. */
  async function chat(c: Context<Env>, slug: string, failed?: { error: ChatError; draft: unknown }) {
    const { user } = requireViewer(c);
    const room = await loadRoom(app.store, user, slug);
    const history = await app.store.messages.history(room.id, readPage(c));
    const rooms = (await app.store.rooms.memberships(user.id)).map(({ room }) => room);
    const style = ownStyle(user);
    allowStyle(c, createHash("sha256").update(style).digest("base64"));
    c.header("Vary", "Accept, Cookie");
    if (failed?.error.retryAfter !== undefined) c.header("Retry-After", String(failed.error.retryAfter));
    await drawAhead(user.id, history.messages);
    return await turns.run(user.id, () =>
      c.html(
        <ChatPage
          asset={app.assets.url}
          name={app.instance.current.name}
          viewer={user}
          room={room}
          rooms={rooms}
          {...history}
          online={app.hub.online(room.id)}
          browserKey={app.browserKeys.of(user.id)}
          notice={failed?.error.message}
          draft={typeof failed?.draft === "string" ? failed.draft : undefined}
        />,
        failed ? statusOf[failed.error.code] : 200,
      ));
  }

  const routes = new Hono<Env>();
  routes.get(
    paths.home,
    describe(() => ({
      group: "service",
      id: "serverStatus",
      summary: "Check that the server is running",
      description: "A browser, which accepts text/html, gets the chat or the login page.",
      access: "anybody",
      answer: {
        text: "Yes",
        schema: z.object({ status: z.literal("Server is running") }),
        example: { status: "Server is running" },
      },
    })),
    compress(),
    (c) => {
      if (!wantsPage(c)) return c.json({ status: "Server is running" });
      return c.get("viewer") ? chat(c, GENERAL) : c.redirect(paths.login, 303);
    },
  );

  routes.get(paths.room(":room"), compress(), (c) => wantsPage(c) ? chat(c, c.req.param("room")) : c.notFound());

  routes.get(
    paths.messages(":room"),
    describe((s) => ({
      group: "chat",
      id: "listMessages",
      summary: "List a room's messages",
      description: "The newest messages, or those before a seq.",
      access: "members",
      params: s.roomName,
      query: page,
      example: { params: { room: "general" }, query: { limit: "10" } },
      answer: {
        text: "Messages, oldest first",
        schema: s.History,
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
    })),
    compress(),
    async (c) => {
      const { user } = requireViewer(c);
      const room = await loadRoom(app.store, user, c.req.param("room")!);
      const page = readPage(c);
      const history = await app.store.messages.history(room.id, page);
      if (!wantsPage(c)) {
        // Fewer messages than requested does not mean the end: the page is limited by size.
        const isCut = history.more && history.messages.length < page.limit;
        return await turns.run(user.id, () => {
          const messages = history.messages.map((message) => messageJson(message, history.seen));
          return c.json({ messages, head: history.head, ...(isCut ? { more: true } : {}) });
        });
      }
      await drawAhead(user.id, history.messages);
      return await turns.run(user.id, () =>
        c.html(
          <>
            {history.messages.map((message) => <MessageItem message={message} />)}
            <EarlierLink room={room} {...history} live />
          </>,
        ));
    },
  );

  routes.post(
    paths.messages(":room"),
    describe((s) => ({
      group: "chat",
      id: "postMessage",
      summary: "Send a message",
      description: "The message is on disk when the response arrives. With a nonce, retries do not create duplicates.",
      access: "members",
      params: s.roomName,
      body: s.NewMessage,
      example: { params: { room: "general" }, body: { content: "Hello from curl" } },
      answer: {
        text: "The message is stored",
        schema: z.object({ id: z.number().int().positive() }),
        example: { id: 2 },
      },
      errors: {
        forbidden: "You cannot post here",
        invalid: "The message contains a forbidden word, which counts as a warning",
      },
    })),
    async (c) => {
      const { user } = requireViewer(c);
      const slug = c.req.param("room")!;
      const fields: Record<string, unknown> = { ...await readBody(c), room: slug };
      try {
        const outcome = await app.dispatch(user, { type: "send", fields });
        return wantsPage(c)
          ? c.redirect(slug === GENERAL ? paths.home : paths.room(slug), 303)
          : c.json({ id: outcome?.id });
      } catch (error) {
        // If the room is not accessible, there is no page to show the error on.
        const isShown = error instanceof ChatError && error.code !== "not_found" && wantsPage(c);
        if (isShown) return await chat(c, slug, { error, draft: fields.content });
        throw error;
      }
    },
  );
  return routes;
}
