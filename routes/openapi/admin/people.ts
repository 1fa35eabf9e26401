import * as z from "zod";
import { reason } from "../../../db/rules.ts";
import { paths } from "../../../views/paths.ts";
import { messagesLeft } from "../../../ws/commands/moderation/accounts.ts";
import { done } from "../../admin/done.ts";
import { accountQuery } from "../../admin/query.ts";
import { accountActNames as ACTS } from "../../../views/admin/account_acts.tsx";
import { explain, type Group } from "../operation.ts";
import { layout } from "./layout.ts";
import { Account, AuditEntry, examples, next, Session } from "./nouns.ts";

const id = z.object({ id: z.number().int().positive().meta({ description: "The user's id" }) });
const filter = explain(accountQuery, {
  search: "Part of a username or of an email",
  only: "Only those to whom it applies",
  sort: "newest unless said",
  after: "The next of the page before",
});

export const people: Group = {
  name: "Administration: people",
  text: "Who is here, and what to do about somebody.",
  operations: [
    {
      id: "listAccounts",
      method: "get",
      path: paths.admin.users,
      summary: "Find accounts",
      access: "administrators",
      query: filter,
      example: { query: { search: "bob" } },
      answer: {
        text: "A page of accounts",
        schema: z.object({ users: z.array(Account), next: next(z.string()) }),
        example: { users: [examples.account], next: null },
      },
    },
    {
      id: "showAccount",
      method: "get",
      path: paths.admin.user("{id}"),
      summary: "One account, its sessions, and what was done about it",
      access: "administrators",
      params: id,
      example: { params: { id: "2" } },
      answer: {
        text: "The account",
        schema: Account.extend({ sessions: z.array(Session), audit: z.array(AuditEntry) }).meta({ id: "WholeAccount" }),
        example: { ...examples.account, sessions: [], audit: [] },
      },
    },
    {
      id: "actOnAccount",
      method: "post",
      path: paths.admin.userAct("{id}", "{act}"),
      summary: "Do something about an account",
      description: "Every act is in the audit log. A block and a deletion close the user's sockets at once.",
      access: "administrators",
      params: id.extend({ act: z.enum(ACTS).meta({ description: "What to do" }) }),
      body: z.object({
        reason: reason.meta({
          description: "For block, unblock, warn, promote, demote, end_sessions and delete_account",
        }),
        messages: messagesLeft.optional().meta({ description: "For delete_account, which needs it" }),
      }),
      example: { params: { id: "2", act: "block" }, body: { reason: "Spam" } },
      answer: {
        text: "It is done",
        schema: z.object({
          message: z.enum(ACTS.map((act) => done[act])),
          link: z.url().optional().meta({ description: "After reset_password: where the user sets a new one, once" }),
        }),
        example: { message: "User blocked" },
      },
      errors: { forbidden: "The last administrator cannot be blocked, demoted or deleted, and nobody blocks themself" },
    },
    {
      id: "aboutToDelete",
      method: "get",
      path: paths.admin.userAct("{id}", "delete_account"),
      summary: "The account that would be deleted",
      description: "A browser gets the page that asks what becomes of the messages.",
      access: "administrators",
      params: id,
      example: { params: { id: "2" } },
      answer: { text: "The account", schema: Account, example: examples.account },
    },
    {
      id: "downloadAccounts",
      method: "get",
      path: paths.admin.download("users"),
      summary: "Accounts as a file",
      access: "administrators",
      query: filter.extend(layout.shape),
      answer: {
        text: "CSV with a byte order mark",
        type: "text/csv",
        example: "id,username,email,is_admin,is_blocked,warning_count,created_at,last_seen_at\r\n",
      },
    },
  ],
};
