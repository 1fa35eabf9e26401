import { parse } from "../../db/auth/logins.ts";
import type { Account } from "../../db/model.ts";
import { reason } from "../../db/rules.ts";
import type { Store } from "../../db/store.ts";
import { paths } from "../../views/paths.ts";
import { readAddress, StartError } from "../settings/config.ts";
import type { Shell } from "../terminal/shell.ts";
import { around } from "./create.ts";
import { hash, newPassword } from "./new_password.ts";
import type { Action, Options } from "./options.ts";

interface Task {
  readonly options: Options;
  readonly shell: Shell;
  readonly store: Store;
}

/** Who acts, as the audit log has it. */
const by = "command line";

/** What is done to one account; each resolves to what is to be printed. */
export const acts: Record<Exclude<Action, "list" | "create">, (task: Task) => Promise<string>> = {
  async promote({ options, store }) {
    const { id, username, isAdmin } = await findUser(options, store);
    if (isAdmin) return `${username} is an administrator already`;
    await store.moderation.setAdmin(id, true, by, Date.now());
    return `${username} is an administrator now`;
  },

  async demote({ options, store }) {
    const { id, username, isAdmin } = await findUser(options, store);
    if (!isAdmin) return `${username} is no administrator`;
    await store.moderation.setAdmin(id, false, by, Date.now());
    return `${username} is an administrator no more`;
  },

  async block({ options, store }) {
    const { id, username, isBlocked } = await findUser(options, store);
    if (isBlocked) return `${username} is blocked already`;
    await store.moderation.block(id, by, reasonOf(options), Date.now());
    return `${username} is blocked`;
  },

  async unblock({ options, store }) {
    const { id, username, isBlocked } = await findUser(options, store);
    if (!isBlocked) return `${username} is not blocked`;
    await store.moderation.unblock(id, by, reasonOf(options), Date.now());
    return `${username} is blocked no more, and can log in again`;
  },

  async "reset-password"({ options, shell, store }) {
    const { id, username, email } = await findUser(options, store);
    if (options.set) {
      const password = await newPassword(shell, await around(store, username, email));
      const passwordHash = await hash(password, shell);
      await store.moderation.setPassword(id, passwordHash, by, Date.now());
      return `${username} has a new password, and is logged out everywhere`;
    }
    const { origin, isGuess } = readAddress(shell.env);
    const token = await store.moderation.startPasswordReset(id, by, Date.now());
    shell.note(`Whoever opens this link within a day sets a new password for ${username}, once; it is not shown again`);
    if (isGuess) shell.note(`If people reach the server by another address than ${origin}, set PUBLIC_URL to that`);
    return origin + paths.reset(token);
  },
};

/** The account, by username or email, without regard to case. */
async function findUser({ name }: Options, store: Store): Promise<Account> {
  const found = await store.users.findLogin(name);
  // A deleted account has left its row behind.
  const account = found && await store.admin.account(found.user.id, Date.now());
  if (!account) throw new StartError(`There is no account "${name}"`);
  return account;
}

function reasonOf({ reason: given }: Options): string {
  return parse(reason, given);
}
