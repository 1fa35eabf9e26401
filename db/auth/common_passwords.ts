import { ChatError } from "../errors.ts";

/** Words a password must not consist of, besides common passwords. */
export interface Around {
  readonly username: string;
  readonly email?: string | null | undefined;
  /** The instance's name. */
  readonly instance?: string | undefined;
}

/**
 * A password with fewer distinct characters than this is too easy to guess, unless it has at least `LONG` characters.
 */
const DIFFERENT_MIN = 4;
const LONG = 16;

/** Loaded lazily: parsing takes about 200 ms. */
let list: Promise<ReadonlySet<string>> | undefined;

/** Loads the list of common passwords ahead of the first registration. */
export async function prepareCommonPasswords(): Promise<void> {
  await commonPasswords();
}

/**
 * Rejects common passwords, also with a number appended, and passwords made of the user's own data. Applies to new
 * passwords only. Throws `invalid`.
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

/** The password without regard to case and width, with and without a suffix of digits and punctuation. */
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
