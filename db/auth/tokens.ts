import { createHmac, randomBytes } from "node:crypto";
import { closeSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jwtVerify, SignJWT } from "jose";
import { type Devices, devices } from "./devices.ts";
import { syncFile, syncFolder } from "../durable_file.ts";
import type { SessionId } from "../model.ts";

/** RFC 7518, 3.2: an HS256 key has at least 256 bits. */
export const KEY_MIN_BYTES = 32;

/**
 * Issues and verifies tokens that carry a session id. A token only proves its origin; the session's row decides whether
 * it is valid.
 */
export interface Tokens extends Devices {
  /** Eight hexadecimal digits that identify the key. Not secret. */
  readonly keyId: string;
  /** `expiresAt` (ms) limits the token's life regardless of its session. */
  issue(session: SessionId, expiresAt: number): Promise<string>;
  /** Resolves to the token's session id, or undefined if the token is not ours or has expired. */
  read(token: string): Promise<SessionId | undefined>;
}

export function tokens(key: Uint8Array): Tokens {
  if (key.length < KEY_MIN_BYTES) throw new Error(`Signing key has ${key.length} bytes, needs ${KEY_MIN_BYTES}`);
  return {
    ...devices(key),
    keyId: createHmac("sha256", key).update("key id").digest("hex").slice(0, 8),

    issue(session, expiresAt) {
      return new SignJWT({ sid: session }).setProtectedHeader({ alg: "HS256" })
        .setIssuedAt().setExpirationTime(Math.ceil(expiresAt / 1000)).sign(key);
    },

    async read(token) {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp", "sid"] });
        return typeof payload.sid === "string" ? payload.sid as SessionId : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Reads the key in the data directory. Creates it on first start, readable by the owner only. */
export function signingKey(dataDir: string): Uint8Array {
  const path = join(dataDir, "signing.key");
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
  // Written to a temporary file and linked into place, so that concurrent processes agree on one complete key.
  const part = `${path}.${randomBytes(6).toString("hex")}`;
  // Create the file with mode 0600 before writing the key: `writeFileSync` applies the mode only after creating the
  // file.
  closeSync(openSync(part, "wx", 0o600));
  writeFileSync(part, randomBytes(KEY_MIN_BYTES));
  syncFile(part);
  try {
    linkSync(part, path);
    syncFolder(dataDir);
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  } finally {
    rmSync(part, { force: true });
  }
  return readFileSync(path);
}
