import * as z from "zod";
import type { AnyCommand } from "../../command.ts";
import type { Operator } from "../../../db/model.ts";
import { email, username } from "../../../db/rules.ts";
import { operatorCommand } from "../../command.ts";
import { account, loadAccount } from "./accounts.ts";

/** A bcrypt hash. Commands never carry the password itself. */
const passwordHash = z.string().regex(/^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/, "Password hash is not one of bcrypt");

/** Creates a user, also while registration is closed or with a reserved name. */
export const createAccount: AnyCommand<Operator> = operatorCommand({
  type: "create_account",
  input: z.object({ username, email, passwordHash, isAdmin: z.boolean() }),
  load: () => undefined,
  permit: () => true,
  async run({ store, actor, now }, _, { username, email = null, passwordHash, isAdmin }) {
    await store.users.create({ username, email, passwordHash }, now(), { by: actor, isAdmin });
    return {};
  },
});

/** Sets a user's password and ends their sessions. */
export const setPassword: AnyCommand<Operator> = operatorCommand({
  type: "set_password",
  input: account.extend({ passwordHash }),
  load: loadAccount,
  permit: () => true,
  async run({ store, bus, actor, now }, user, { passwordHash }) {
    await store.moderation.setPassword(user.id, passwordHash, actor, now());
    bus.publish("people", { type: "sessions_ended", user: user.id });
    return {};
  },
});
