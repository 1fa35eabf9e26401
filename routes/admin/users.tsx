import * as z from "zod";
import { Hono } from "hono";
import type { Account } from "../../db/model.ts";
import { whyNot } from "../../db/policy.ts";
import { UsersPage } from "../../views/admin/users.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { accountFilter, seen, warningsSince } from "./accounts.ts";
import { requireAdministrator } from "./guard.ts";
import { accountJson } from "./json.ts";
import { accountQuery, givenQuery, PAGE, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

export function usersRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get(
    paths.admin.users,
    describe((s) => ({
      group: "people",
      id: "listAccounts",
      summary: "Find users",
      access: "administrators",
      query: accountQuery,
      example: { query: { search: "bob" } },
      answer: {
        text: "A page of users",
        schema: z.object({ users: z.array(s.Account), next: s.next(z.string()) }),
        example: { users: [s.examples.account], next: null },
      },
    })),
    async (c) => {
      const { after, ...filter } = readQuery(c, accountQuery);
      const found = await app.store.admin.accounts(
        accountFilter(app, filter),
        { after, limit: PAGE },
        warningsSince(app),
      );
      const accounts = found.items.map((account) => seen(app, account));
      const next = found.next === undefined ? undefined : Buffer.from(found.next).toString("base64url");
      if (!wantsPage(c)) return c.json({ users: accounts.map(accountJson), next: next ?? null });
      const shell = await shellOf(app, c);
      const only = await app.store.admin.onlyAdministrator();
      const { user } = requireAdministrator(c);
      const reason = (act: string, account: Account) => whyNot(act, user, account, account.id === only);
      return c.html(<UsersPage {...{ shell, accounts, next }} query={givenQuery(c)} whyNot={reason} />);
    },
  );
}
