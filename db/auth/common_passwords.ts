import { ChatError } from "../errors.ts";

/** What a password must not be made of, beside what is common. */
export interface Around {
  readonly username: string;
  readonly email?: string | null | undefined;
  /** What the instance is called. */
  readonly instance?: string | undefined;
}

/** A password of fewer different characters than these is as good as known, unless it is this long. */
const DIFFERENT_MIN = 4;
const LONG = 16;

/** Read when it is first needed: it takes a fifth of a second. */
let list: Promise<ReadonlySet<string>> | undefined;

/** Reads the list of common passwords, so that the first who registers does not wait for it. */
export async function prepareCommonPasswords(): Promise<void> {
  await commonPasswords();
}

/**
 * Refuses what is tried first: a common password or one with a number behind it, and what is known of the account. For
 * new passwords only: those there are stay. Throws `invalid`.
 */
export async function refuseCommonPassword(password: string, around: Around): Promise<void> {
  const common = await commonPasswords();
  const forms = formsOf(password);
  const isSimple = new Set(password).size < DIFFERENT_MIN && password.length < LONG;
  if (isSimple || forms.some((form) => common.has(form))) refuse("Password is too common, choose another");
  const { username, email, instance = "" } = around;
  const words = ["chatterbox", username, instance, ...email ? [email, email.split("@")[0]!] : []].map(fold);
  if (forms.some((form) => words.includes(form))) {
    refuse("Password must not be the username, the email or the name of this chat");
  }
}

function refuse(message: string): never {
  throw new ChatError("invalid", message, { field: "password" });
}

/** The password without regard to case and width, also without what people put behind a word. */
function formsOf(password: string): string[] {
  const whole = fold(password);
  return [whole, whole.replace(/[^\p{L}]+$/u, "")];
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

async function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  try {
    return await list;
  } catch (error) {
    list = undefined;
    throw error;
  }
}
