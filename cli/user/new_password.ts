import { parse, passwordOnly } from "../../db/logins.ts";
import { Passwords } from "../../db/password.ts";
import { ask } from "../chat/ask.ts";
import { Failure } from "../chat/failure.ts";
import { inputLines } from "../chat/input_lines.ts";
import { Keyboard } from "../chat/keyboard.ts";
import { Printer } from "../chat/printer.ts";
import { readBcryptCost, UsageError } from "../config.ts";
import type { Shell } from "../shell.ts";

/**
 * A new password for `name`: CHATTERBOX_PASSWORD, what a person types twice, or the first line of a pipe. Throws
 * `invalid` for one that is not accepted, `UsageError` where there is none, and a `Failure` when the person says stop.
 */
export async function newPassword(shell: Shell, name: string): Promise<string> {
  const given = shell.env("CHATTERBOX_PASSWORD");
  if (given) {
    shell.note("The password is the one in CHATTERBOX_PASSWORD");
    return accepted(given);
  }
  return shell.stdin.isTTY ? await typed(shell, name) : await piped(shell);
}

/** What is kept of a password. */
export async function hash(password: string, shell: Shell): Promise<string> {
  const passwords = new Passwords(readBcryptCost(shell.env));
  try {
    return await passwords.hash(password);
  } finally {
    passwords.close();
  }
}

async function typed({ stdin, stderr, interrupted }: Shell, name: string): Promise<string> {
  const keyboard = new Keyboard(stdin);
  const person = { keyboard, stderr: new Printer(stderr), interrupted: interrupted() };
  try {
    const password = accepted(await ask(person, `New password for ${name}: `, { secret: true }));
    if (await ask(person, "The same again: ", { secret: true }) === password) return password;
    throw new Failure("The passwords differ: nothing was done");
  } finally {
    keyboard.close();
  }
}

async function piped({ stdin }: Shell): Promise<string> {
  for await (const line of inputLines(stdin)) return accepted(line ?? "");
  throw new UsageError("Password is missing: write it to standard input as one line, or set CHATTERBOX_PASSWORD");
}

function accepted(password: string): string {
  return parse(passwordOnly, { password }).password;
}
