import { canonicalPassword } from "../../db/names/canonical.ts";
import { type Around, refuseCommonPassword } from "../../db/auth/common_passwords.ts";
import { parse, passwordOnly } from "../../db/auth/logins.ts";
import { Passwords } from "../../db/auth/password.ts";
import { prompt } from "../chat/prompt.ts";
import { Failure } from "../chat/failure.ts";
import { inputLines } from "../chat/input_lines.ts";
import { Keyboard } from "../chat/keyboard.ts";
import { Printer } from "../chat/printer.ts";
import { readBcryptCost, UsageError } from "../settings/config.ts";
import type { Shell } from "../terminal/shell.ts";

/**
 * Reads a new password for `whom`: CHATTERBOX_PASSWORD, typed twice on a terminal, or the first line of a pipe. Throws
 * `invalid` for one that is not accepted, `UsageError` when there is none, and a `Failure` when interrupted.
 */
export async function newPassword(shell: Shell, whom: Around): Promise<string> {
  const given = shell.env("CHATTERBOX_PASSWORD");
  if (given) {
    shell.note("Using the password in CHATTERBOX_PASSWORD");
    return await accepted(given, whom);
  }
  return shell.stdin.isTTY ? await typed(shell, whom) : await piped(shell, whom);
}

/** Hashes a password. */
export async function hash(password: string, shell: Shell): Promise<string> {
  const passwords = new Passwords(readBcryptCost(shell.env));
  try {
    return await passwords.hash(password);
  } finally {
    passwords.close();
  }
}

async function typed({ stdin, stderr, interrupted }: Shell, whom: Around): Promise<string> {
  const keyboard = new Keyboard(stdin);
  const terminal = { keyboard, stderr: new Printer(stderr), interrupted: interrupted() };
  try {
    const password = await accepted(
      await prompt(terminal, `New password for ${whom.username}: `, { secret: true }),
      whom,
    );
    if (canonicalPassword(await prompt(terminal, "Repeat password: ", { secret: true })) === password) return password;
    throw new Failure("The passwords differ: nothing was changed");
  } finally {
    keyboard.close();
  }
}

async function piped({ stdin }: Shell, whom: Around): Promise<string> {
  for await (const line of inputLines(stdin)) return await accepted(line ?? "", whom);
  throw new UsageError("Password is missing: write it to standard input as one line, or set CHATTERBOX_PASSWORD");
}

async function accepted(given: string, whom: Around): Promise<string> {
  const { password } = parse(passwordOnly, { password: given });
  await refuseCommonPassword(password, whom);
  return password;
}
