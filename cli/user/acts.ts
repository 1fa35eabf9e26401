import type { Account } from "../../db/model.ts";
import { paths } from "../../views/paths.ts";
import type { Core } from "../serve/core.ts";
import { readAddress, StartError } from "../settings/config.ts";
import type { Shell } from "../terminal/shell.ts";
import { hash, newPassword } from "./new_password.ts";
import type { Action, Options } from "./options.ts";

interface Task {
  readonly options: Options;
  readonly shell: Shell;
  readonly core: Core;
}

/** Acts on one user. Each resolves to the line to print. */
export const acts: Record<Exclude<Action, "list" | "create">, (task: Task) => Promise<string>> = {
  async promote({ options, core }) {
    const { id, username, isAdmin } = await findUser(options, core);
    if (isAdmin) return `${username} is already an administrator`;
    await core.dispatch("command line", { type: "promote", fields: { user: id } });
    return `${username} is now an administrator`;
  },

  async demote({ options, core }) {
    const { id, username, isAdmin } = await findUser(options, core);
    if (!isAdmin) return `${username} is not an administrator`;
    await core.dispatch("command line", { type: "demote", fields: { user: id } });
    return `${username} is no longer an administrator`;
  },

  async block({ options, core }) {
    const { id, username, isBlocked } = await findUser(options, core);
    if (isBlocked) return `${username} is already blocked`;
    await core.dispatch("command line", { type: "block", fields: { user: id, reason: options.reason } });
    return `${username} is blocked`;
  },

  async unblock({ options, core }) {
    const { id, username, isBlocked } = await findUser(options, core);
    if (!isBlocked) return `${username} is not blocked`;
    await core.dispatch("command line", { type: "unblock", fields: { user: id, reason: options.reason } });
    return `${username} is no longer blocked and can log in again`;
  },

  async "reset-password"({ options, shell, core }) {
    const { id, username, email } = await findUser(options, core);
    if (options.set) {
      const password = await newPassword(shell, { username, email, instance: core.instance.current.name });
      const passwordHash = await hash(password, shell);
      await core.dispatch("command line", { type: "set_password", fields: { user: id, passwordHash } });
      return `${username} has a new password and is logged out everywhere`;
    }
    const { origin, isGuess } = readAddress(shell.env);
    const outcome = await core.dispatch("command line", { type: "reset_password", fields: { user: id } });
    shell.note(`This link sets a new password for ${username}, once, within a day; it is not shown again`);
    if (isGuess) shell.note(`If users reach the server at another address than ${origin}, set PUBLIC_URL to it`);
    return origin + paths.reset(outcome!.secret!);
  },
};

/** Finds a user by username or email, case-insensitively. */
async function findUser({ name }: Options, { store }: Core): Promise<Account> {
  const found = await store.users.findLogin(name);
  // The row of a deleted user remains.
  const account = found && await store.admin.account(found.user.id, Date.now());
  if (!account) throw new StartError(`There is no user "${name}"`);
  return account;
}
