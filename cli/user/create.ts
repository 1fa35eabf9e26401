import type { Around } from "../../db/auth/common_passwords.ts";
import { ChatError } from "../../db/errors.ts";
import { Instance } from "../../db/instance.ts";
import { parse, registration } from "../../db/auth/logins.ts";
import { isReservedHere } from "../../db/names/new_username.ts";
import type { Store } from "../../db/store.ts";
import { readWordList } from "../../ws/words/moderator.ts";
import type { Shell } from "../terminal/shell.ts";
import type { Core } from "../serve/core.ts";
import { StartError } from "../settings/config.ts";
import { hash, newPassword } from "./new_password.ts";
import type { Options } from "./options.ts";

/** A user that is ready to be created. */
export interface Prepared {
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
  readonly isAdmin: boolean;
}

const names = registration.pick({ username: true, email: true });

/** Validates the user and prompts for the password. Without a store, no name is taken. */
export async function prepare({ name, email: given, admin = false }: Options, shell: Shell, store?: Store) {
  const { username, email = null } = parse(names, { username: name, email: given });
  for (const each of [username, email]) if (each !== null && await store?.users.findLogin(each)) throw taken(each);
  const alike = await store?.users.findAlike(username);
  if (alike) throw new StartError(`Cannot create user: ${username} looks like ${alike.username}`);
  if ((await readWordList(store)).forbidsName(username)) {
    throw new StartError(`Cannot create user: ${username} contains a forbidden word`);
  }
  // The operator may use reserved names.
  const instance = store ? (await Instance.load(store, {})).current.name : "";
  if (isReservedHere(username, instance)) shell.note(`"${username}" is reserved: only the command line can create it`);
  const passwordHash = await hash(await newPassword(shell, await around(store, username, email)), shell);
  return { username, email, passwordHash, isAdmin: admin };
}

/** Words that a password must not consist of. */
export async function around(store: Store | undefined, username: string, email: string | null): Promise<Around> {
  return { username, email, instance: store && (await Instance.load(store, {})).current.name };
}

/** Creates the user. Resolves to the line to print. */
export async function create(account: Prepared, { dispatch, store }: Core): Promise<string> {
  const { username, isAdmin } = account;
  try {
    const fields = { ...account, email: account.email ?? undefined };
    await dispatch("command line", { type: "create_account", fields });
    const found = await store.users.findLogin(username);
    const isFirst = found?.user.isAdmin && !isAdmin;
    const rank = isAdmin ? ", an administrator" : isFirst ? ", the first user and therefore an administrator" : "";
    return `Created ${username}${rank}`;
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== "conflict") throw error;
    if (error.message !== "User already exists") throw new StartError(`Cannot create user: ${error.message}`);
    throw taken(error.field === "email" ? account.email! : account.username);
  }
}

function taken(name: string): StartError {
  return new StartError(`Cannot create user: ${name} is taken`);
}
