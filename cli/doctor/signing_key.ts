import { statSync } from "node:fs";
import { join } from "node:path";
import { isOpenToOthers, octal } from "../../db/private_file.ts";
import { KEY_MIN_BYTES } from "../../db/auth/tokens.ts";
import type { Config } from "../settings/config.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { word } from "./word.ts";

/** Checks the signing key's file. The key is never read. */
export function checkSigningKey({ signingKey, dataDir }: Config, hasDatabase: boolean): Finding {
  if (signingKey !== undefined) return ok("signing key", "set by SIGNING_KEY");
  const file = join(dataDir, "signing.key");
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found && hasDatabase) {
    return warning(
      "signing key",
      `${file} is missing: the next start creates another, and everybody has to log in again`,
      "restore it, if you have a copy",
    );
  }
  if (!found) return ok("signing key", "does not exist yet: the first start creates it");
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
      `${file} is open to other users of this machine (mode ${octal(found)}): they can log in as anyone`,
      `chmod 600 ${word(file)}`,
    );
  }
  return ok("signing key", `${file} is private`);
}
