import * as z from "zod";
import { type Context, Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import { whyNot } from "../../db/policy.ts";
import {
  type AccountActName,
  accountActNamed,
  accountActNames,
  questionAbout,
} from "../../views/admin/account_acts.tsx";
import { QuestionPage } from "../../views/admin/question.tsx";
import { ResetLinkPage } from "../../views/admin/reset_link.tsx";
import { UserPage } from "../../views/admin/user.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import { reason } from "../../db/rules.ts";
import { messagesLeft } from "../../ws/commands/moderation/accounts.ts";
import type { App, Env } from "../env.ts";
import { statusOf } from "../errors.ts";
import { wantsPage } from "../negotiate.ts";
import { accountIn } from "./accounts.ts";
import { act, answer, backTo, readFields } from "./act.ts";
import { done } from "./done.ts";
import { requireAdministrator } from "./guard.ts";
import { accountJson, auditJson, iso } from "./json.ts";
import { idIn } from "./query.ts";
import { shellOf } from "./shell.ts";

/** Audit log entries on a user's page; the rest are linked. */
const ENTRIES = 10;

export function userRoutes(app: App): Hono<Env> {
  async function page(c: Context<Env>, error?: ChatError, typed?: { act: string; reason: unknown }) {
    const account = await accountIn(app, c);
    const sessions = await app.store.admin.sessionsOf(account.id, app.clock.now());
    const { items: audit } = await app.store.audit.list({ target: account.username }, { limit: ENTRIES });
    if (!wantsPage(c)) {
      return c.json({
        ...accountJson(account),
        sessions: sessions.map(({ createdAt, lastSeenAt, expiresAt, address, userAgent }) => ({
          created_at: iso(createdAt),
          last_seen_at: iso(lastSeenAt),
          expires_at: iso(expiresAt),
          address,
          user_agent: userAgent,
        })),
        audit: audit.map(auditJson),
      });
    }
    const shell = await shellOf(app, c, { error: error?.message, here: paths.admin.user(account.id) });
    const isLast = await app.store.admin.onlyAdministrator() === account.id;
    const { user } = requireAdministrator(c);
    const reason = (act: string) => whyNot(act, user, account, isLast);
    return c.html(
      <UserPage {...{ shell, account, sessions, audit, typed }} whyNot={reason} />,
      error ? statusOf[error.code] : 200,
    );
  }

  /** The confirmation of an act. Throws `forbidden` with the reason if the act is impossible. */
  async function question(c: Context<Env>, act: AccountActName) {
    const account = await accountIn(app, c);
    const isLast = await app.store.admin.onlyAdministrator() === account.id;
    const reason = whyNot(act, requireAdministrator(c).user, account, isLast);
    if (reason !== undefined) throw new ChatError("forbidden", reason);
    const back = backTo(c.req.query(), paths.admin.user(account.id));
    const question = questionAbout(act, account, back);
    if (!question) return c.notFound();
    return c.html(<QuestionPage shell={await shellOf(app, c)} section="users" question={question} />);
  }

  /** The public origin. */
  function origin(c: Context<Env>): string {
    return app.publicUrl?.origin ?? new URL(c.req.url).origin;
  }

  return new Hono<Env>()
    .get(
      paths.admin.user(":id"),
      describe((s) => ({
        group: "people",
        id: "showAccount",
        summary: "Show a user with sessions and audit log entries",
        access: "administrators",
        params: s.userId,
        example: { params: { id: "2" } },
        answer: {
          text: "The user",
          schema: s.Account.extend({ sessions: z.array(s.Session), audit: z.array(s.AuditEntry) }).meta({
            id: "WholeAccount",
          }),
          example: { ...s.examples.account, sessions: [], audit: [] },
        },
      })),
      (c) => page(c),
    )
    .get(
      paths.admin.userAct(":id", "delete_account"),
      describe((s) => ({
        group: "people",
        id: "aboutToDelete",
        summary: "Preview the deletion of a user",
        description: "A browser gets the confirmation page.",
        access: "administrators",
        params: s.userId,
        example: { params: { id: "2" } },
        answer: { text: "The user", schema: s.Account, example: s.examples.account },
      })),
      async (c) => {
        if (wantsPage(c)) return await question(c, "delete_account");
        return c.json(accountJson(await accountIn(app, c)));
      },
    )
    .get(paths.admin.userAct(":id", ":act"), async (c) => {
      const act = accountActNamed(c.req.param("act"));
      return act !== undefined && wantsPage(c) ? await question(c, act) : c.notFound();
    })
    .post(
      paths.admin.userAct(":id", ":act"),
      describe((s) => ({
        group: "people",
        id: "actOnAccount",
        summary: "Act on a user",
        description:
          "All acts are recorded in the audit log. Blocking and deleting a user closes their sockets at once.",
        access: "administrators",
        params: s.userId.extend({ act: z.enum(accountActNames).meta({ description: "The act" }) }),
        body: z.object({
          reason: reason.meta({
            description: "For block, unblock, warn, promote, demote, end_sessions and delete_account",
          }),
          messages: messagesLeft.optional().meta({ description: "Required for delete_account" }),
        }),
        example: { params: { id: "2", act: "block" }, body: { reason: "Spam" } },
        answer: {
          text: "The act was executed",
          schema: z.object({
            message: z.enum(accountActNames.map((act) => done[act])),
            link: z.url().optional().meta({
              description: "After reset_password: the single-use link to set a new password",
            }),
          }),
          example: { message: "User blocked" },
        },
        errors: {
          forbidden: "The last administrator cannot be blocked, demoted or deleted, and users cannot block themselves",
        },
      })),
      async (c) => {
        const type = accountActNamed(c.req.param("act"));
        if (type === undefined) return c.notFound();
        const account = await accountIn(app, c);
        const fields = await readFields(c);
        try {
          const outcome = await act(app, c, type, { ...fields, user: account.id });
          if (outcome?.secret !== undefined) {
            const link = origin(c) + paths.reset(outcome.secret);
            if (!wantsPage(c)) return c.json({ message: done[type], link });
            return c.html(<ResetLinkPage shell={await shellOf(app, c)} account={account} link={link} />);
          }
        } catch (error) {
          if (error instanceof ChatError && wantsPage(c)) {
            return await page(c, error, { act: type, reason: fields.reason });
          }
          throw error;
        }
        // A deleted user has no page to return to.
        if (type === "delete_account") return answer(c, type, paths.admin.users);
        return answer(c, type, paths.admin.user(idIn(c, "User")), fields);
      },
    );
}
