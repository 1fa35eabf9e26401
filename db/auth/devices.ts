import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { UserId } from "../model.ts";

/**
 * What a browser keeps of an account that has logged in with it. It gives no right: who shows it still needs the
 * password, but is not taken for one of the strangers who try it. It is worth nothing once the password is another.
 */
export interface Devices {
  /** A new one: `USER.ID.PROOF`. */
  issueDevice(user: UserId, passwordHash: string): string;
  /** Its id, if it is this user's and was given for this password. */
  readDevice(device: string, user: UserId, passwordHash: string): string | undefined;
}

const ID_BYTES = 12;
const PROOF_BYTES = 16;

export function devices(key: Uint8Array): Devices {
  function proof(user: UserId, id: string, passwordHash: string): Buffer {
    // No token begins like this: the key can be the same.
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

/** Whose device it says it is. */
export function ownerOf(device: string): string {
  return device.split(".")[0]!;
}
