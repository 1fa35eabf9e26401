import { statSync } from "node:fs";
import { join } from "node:path";
import { isOpenToOthers, octal } from "../../db/private_file.ts";
import { KEY_MIN_BYTES } from "../../db/auth/tokens.ts";
import type { Config } from "../settings/config.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { word } from "./word.ts";

/** What signs the logins. It is never read here. */
export function lookAtSigningKey({ signingKey, dataDir }: Config, hasDatabase: boolean): Finding {
  if (signingKey !== undefined) return ok("signing key", "set by SIGNING_KEY");
  const file = join(dataDir, "signing.key");
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found && hasDatabase) {
    return warning(
      "signing key",
      `${file} is missing: the next start makes another, and everybody has to log in again`,
      "restore it, if you have it",
    );
  }
  if (!found) return ok("signing key", "not there yet: the first start makes it");
  if (found.size < KEY_MIN_BYTES) {
    return failure(
      "signing key",
      `${file} has ${found.size} bytes, needs ${KEY_MIN_BYTES}`,
      "restore it, or move it away, which logs everybody out",
    );
  }
  if (isOpenToOthers(found)) {
    return failure(
      "signing key",
      `${file} is open to other users of this machine (mode ${octal(found)}): whoever reads it can be anybody`,
      `chmod 600 ${word(file)}`,
    );
  }
  return ok("signing key", `${file} is closed to others`);
}
