import { Hono } from "hono";
import * as z from "zod";
import type { MessageFilter } from "../../db/store.ts";
import { MessagesPage } from "../../views/admin/messages.tsx";
import { paths } from "../../views/paths.ts";
import { drawAhead } from "../../ws/encoding/html.tsx";
import { requireViewer } from "../authenticate.ts";
import { describe } from "../openapi/describe.ts";
import { reason } from "../../db/rules.ts";
import { done } from "./done.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, readFields } from "./act.ts";
import { inspectedJson } from "./json.ts";
import { givenQuery, idIn, messageQuery, PAGE, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

/** Converts a query to the store's filter. */
export function messageFilter({ user, ...filter }: Omit<z.output<typeof messageQuery>, "after">): MessageFilter {
  return { ...filter, username: user, room: filter.room?.replace(/^#/, "") };
}

export function messagesRoutes(app: App): Hono<Env> {
  return new Hono<Env>()
    .get(
      paths.admin.messages,
      describe((s) => ({
        group: "messages",
        id: "findMessages",
        summary: "Find messages",
        access: "administrators",
        query: messageQuery,
        example: { query: { search: "Hello", user: "bob" } },
        answer: {
          text: "A page of messages, newest first",
          schema: z.object({ messages: z.array(s.InspectedMessage), next: s.next(z.number()) }),
          example: { messages: [s.examples.message], next: null },
        },
      })),
      async (c) => {
        const { after, state = "all", ...filter } = readQuery(c, messageQuery);
        const { items, next } = await app.store.admin.messages(
          { ...messageFilter({ ...filter, state }), inspectedAt: app.clock.now() },
          { before: after, limit: PAGE },
        );
        if (!wantsPage(c)) return c.json({ messages: items.map(inspectedJson), next: next ?? null });
        await drawAhead(requireViewer(c).user.id, items);
        return c.html(
          <MessagesPage shell={await shellOf(app, c)} messages={items} query={givenQuery(c)} next={next} />,
        );
      },
    )
    .post(
      paths.admin.message(":id"),
      describe((s) => ({
        group: "messages",
        id: "deleteMessage",
        summary: "Delete a message",
        access: "administrators",
        params: s.messageId,
        body: z.object({ reason: reason.meta({ description: "Recorded in the audit log" }) }),
        example: { params: { id: "1" } },
        answer: {
          text: "The message was deleted for everyone",
          schema: s.done(done.delete),
          example: { message: done.delete },
        },
      })),
      async (c) => {
        const id = idIn(c, "Message");
        const fields = await readFields(c);
        await act(app, c, "delete", { reason: fields.reason, id });
        return answer(c, "delete", paths.admin.messages, fields);
      },
    );
}
