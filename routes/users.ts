import * as z from "zod";
import { Hono } from "hono";
import type { User } from "../db/model.ts";
import { can } from "../db/policy.ts";
import { paths } from "../views/paths.ts";
import { requireViewer } from "./authenticate.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";

/** Users read and encoded at once: a few ms. */
const AT_ONCE = 500;

export function userRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get(
    paths.users,
    describe((s) => ({
      group: "chat",
      id: "listUsers",
      summary: "List users with presence",
      access: "members",
      answer: {
        text: "All users",
        schema: z.array(s.User),
        example: [{ id: 1, username: "alice", online: true }, { id: 2, username: "bob", online: false }],
      },
    })),
    async (c) => {
      const viewer = requireViewer(c);
      const withEmail = can.seeEmails(viewer.user);
      const show = ({ id, username, email }: User) => ({
        id,
        username,
        online: app.hub.isOnline(id),
        ...(withEmail ? { email } : {}),
      });
      c.header("Content-Type", "application/json");
      // A short list is sent in one piece, with its length.
      const first = await app.store.users.list({ limit: AT_ONCE });
      if (first.length < AT_ONCE) return c.body(JSON.stringify(first.map(show)));
      return c.body(listStream(first, (last) => app.store.users.list({ after: last.username, limit: AT_ONCE }), show));
    },
  );
}

/** Streams a JSON array. */
function listStream<Item>(first: Item[], after: (last: Item) => Promise<Item[]>, show: (item: Item) => unknown) {
  const encoder = new TextEncoder();
  let start = "[";
  let items = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const last = items.at(-1);
      controller.enqueue(encoder.encode(start + items.map((item) => JSON.stringify(show(item))).join(",")));
      start = ",";
      items = last === undefined ? [] : await after(last);
      if (items.length > 0) return;
      controller.enqueue(encoder.encode("]"));
      controller.close();
    },
  }, { highWaterMark: 0 });
}
