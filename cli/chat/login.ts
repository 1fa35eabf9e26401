import { logIn, register, type Server, type Session } from "./account.ts";
import { prompt, type PromptTerminal } from "./prompt.ts";
import { Failure } from "./failure.ts";
import type { ChatOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Authenticates with the environment, the command line or, on a terminal, prompts. Throws a {@linkcode Failure} when
 * credentials are missing or refused.
 */
export async function authenticate(
  options: ChatOptions,
  { token, password: given }: Terminal["env"],
  server: Server,
  terminal: PromptTerminal | undefined,
): Promise<Session> {
  if (token && !options.register) return { token, username: options.username };
  if (terminal === undefined) {
    if (options.username !== undefined && given) return await enter(server, options.username, given, options.register);
    throw new Failure(
      "Cannot log in without a terminal: set CHATTERBOX_TOKEN, or give --username and set CHATTERBOX_PASSWORD",
      2,
    );
  }
  const promptFor = (question: string, secret = false) => prompt(terminal, question, { secret });
  let { username, register: registering } = options;
  if (username === undefined && !registering) {
    username = (await promptFor("Username (Enter to create an account): ")).trim();
    registering = username === "";
  }
  username ||= (await promptFor("New username: ")).trim();
  const password = given || await promptFor(registering ? "New password: " : "Password: ", true);
  if (registering && !given && await promptFor("Repeat password: ", true) !== password) {
    throw new Failure("Cannot register: passwords differ");
  }
  return await enter(server, username, password, registering);
}

async function enter(server: Server, username: string, password: string, registering: boolean): Promise<Session> {
  if (registering) await register(server, { username, password });
  return await logIn(server, { username, password });
}
