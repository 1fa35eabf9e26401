import * as z from "zod";
import { Hono } from "hono";
import { AuditPage } from "../../views/admin/audit.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { auditJson } from "./json.ts";
import { auditQuery, givenQuery, PAGE, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

export function auditRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get(
    paths.admin.audit,
    describe((s) => ({
      group: "instance",
      id: "listAudit",
      summary: "List the audit log",
      access: "administrators",
      query: auditQuery,
      example: { query: { actor: "alice" } },
      answer: {
        text: "A page of the audit log, newest first",
        schema: z.object({ audit: z.array(s.AuditEntry), next: s.next(z.number()) }),
        example: { audit: [s.examples.entry], next: null },
      },
    })),
    async (c) => {
      const { after, ...filter } = readQuery(c, auditQuery);
      const { items, next } = await app.store.audit.list(filter, { before: after, limit: PAGE });
      if (!wantsPage(c)) return c.json({ audit: items.map(auditJson), next: next ?? null });
      return c.html(<AuditPage shell={await shellOf(app, c)} entries={items} query={givenQuery(c)} next={next} />);
    },
  );
}
