import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { UserId } from "../model.ts";

/**
 * A device token: what a browser keeps of a user who has logged in with it. It grants nothing by itself. Login still
 * needs the password, but is not throttled together with strangers. It becomes invalid when the password changes.
 */
export interface Devices {
  /** Returns a new token: `USER.ID.PROOF`. */
  issueDevice(user: UserId, passwordHash: string): string;
  /** Returns the token's id if it was issued to this user for this password. */
  readDevice(device: string, user: UserId, passwordHash: string): string | undefined;
}

const ID_BYTES = 12;
const PROOF_BYTES = 16;

export function devices(key: Uint8Array): Devices {
  function proof(user: UserId, id: string, passwordHash: string): Buffer {
    // Domain separation: no session token starts with this, so both can share a key.
    return createHmac("sha256", key).update(`device ${user} ${id} ${passwordHash}`).digest().subarray(0, PROOF_BYTES);
  }
  return {
    issueDevice(user, passwordHash) {
      const id = randomBytes(ID_BYTES).toString("base64url");
      return `${user}.${id}.${proof(user, id, passwordHash).toString("base64url")}`;
    },

    readDevice(device, user, passwordHash) {
      const [owner, id = "", given = ""] = device.split(".");
      if (owner !== String(user)) return undefined;
      const bytes = Buffer.from(given, "base64url");
      if (bytes.length !== PROOF_BYTES || !timingSafeEqual(bytes, proof(user, id, passwordHash))) return undefined;
      return `${user}.${id}`;
    },
  };
}

/** The user id a device token claims; unverified. */
export function ownerOf(device: string): string {
  return device.split(".")[0]!;
}
