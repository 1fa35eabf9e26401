import { prepareCommonPasswords } from "../../db/auth/common_passwords.ts";
import type { Passwords } from "../../db/auth/password.ts";
import type { Log } from "../../db/log.ts";
import type { Moderator } from "../../ws/words/moderator.ts";

/**
 * Loads and starts what the first page does not need. It must run soon, because Deno exits when it has to load a module
 * while no file descriptor is left.
 */
export async function warmUp(
  { passwords, moderator, log }: { passwords: Passwords; moderator: Moderator; log: Log },
): Promise<void> {
  passwords.start();
  try {
    await moderator.prepare();
    await prepareCommonPasswords();
    await import("../../routes/openapi/document.ts");
    await import("../../routes/openapi/pages.ts");
  } catch (error) {
    log("warn", "Cannot load all modules", { error });
  }
}
