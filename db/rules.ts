import * as z from "zod";
import { canonicalPassword, isEmail } from "./names/canonical.ts";

/**
 * Rules for names, passwords and texts. The limits are part of the public API; `meta` adds to /openapi.json what a
 * schema cannot express.
 */

const encoder = new TextEncoder();

export const username = z.string({ error: "Username is required" }).trim()
  .min(3, "Username must have at least 3 characters")
  .max(32, "Username must have at most 32 characters")
  .regex(/^[A-Za-z0-9_.-]*$/, "Username may contain only A-Z a-z 0-9 _ . -")
  .meta({ description: "Unique without regard to case" });

/** bcrypt ignores everything after 72 bytes, so longer passwords are rejected. */
export const PASSWORD_MAX_BYTES = 72;

/** Longer input cannot be a password in any encoding. It is rejected before it is normalized. */
export const PASSWORD_MAX_TYPED = 512;

/** Characters as users perceive them. */
export const PASSWORD_MIN = 8;

export const password = z.string({ error: "Password is required" })
  .max(PASSWORD_MAX_TYPED, `Password must have at most ${PASSWORD_MAX_BYTES} bytes`)
  .transform(canonicalPassword)
  .refine((value) => [...value].length >= PASSWORD_MIN, `Password must have at least ${PASSWORD_MIN} characters`)
  .refine(
    (value) => encoder.encode(value).length <= PASSWORD_MAX_BYTES,
    `Password must have at most ${PASSWORD_MAX_BYTES} bytes`,
  )
  .refine((value) => !value.includes("\0"), "Password must not contain a null character")
  .meta({ description: `At most ${PASSWORD_MAX_BYTES} bytes`, minLength: PASSWORD_MIN, maxLength: PASSWORD_MAX_BYTES });

/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of which are its angle brackets. */
export const email = z.preprocess(
  (value) => typeof value === "string" && value.trim() === "" ? undefined : value,
  z.string("Email is not a valid address").trim().max(254, "Email must have at most 254 characters")
    .refine(isEmail, "Email is not a valid address").transform((value) => value.normalize("NFC"))
    .refine((value) => encoder.encode(value).length <= 254, "Email must have at most 254 bytes").optional(),
).meta({ description: "Only administrators see it. In any script", format: "idn-email" });

/** Maximum length of a message in UTF-16 code units. */
export const CONTENT_MAX = 10_000;

// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/g;

/**
 * White space and characters rendered as nothing (`Default_Ignorable_Code_Point`, UAX #44): joiners, fillers, direction
 * marks. Combining marks without a base and the blank Braille pattern are equally invisible.
 */
const INVISIBLE = /^[\p{White_Space}\p{DI}\p{Cf}\p{Cc}\p{M}\u2800]*$/u;

/** Whether a text has no visible character. */
export function isBlank(text: string): boolean {
  return INVISIBLE.test(text);
}

/**
 * Blank lines before the text, and the indentation of a single line. With several lines, the first line's indentation
 * is kept, as in pasted code.
 */
const LEADING_SPACE = /^(?:[^\S\n]*\n)*(?:[^\S\n]+(?=\S.*$))?/;

export const content = z.string({ error: "Invalid message format" })
  .transform((value) =>
    value.toWellFormed().replace(/\r\n?/g, "\n").replace(CONTROLS, "").trimEnd().replace(LEADING_SPACE, "")
  )
  .refine((value) => !isBlank(value), "Message is empty")
  .refine((value) => value.length <= CONTENT_MAX, `Message must have at most ${CONTENT_MAX} characters`)
  .meta({ description: `Up to ${CONTENT_MAX} characters, without the empty lines around them`, minLength: 1 });

/** Chosen by the client. The same nonce means the same message. */
export const nonce = z.string({ error: "Nonce must be text" }).min(1, "Nonce is empty").max(
  64,
  "Nonce must have at most 64 characters",
).meta({ description: "Chosen by the client. The same nonce within 24 hours means the same message" });

export const REASON_MAX = 500;

/** Reason for a report, a warning or a block. */
export const reason = z.string().trim().max(REASON_MAX, `Reason must have at most ${REASON_MAX} characters`).default(
  "",
);

/** A word on an administrator's list: letters and digits only. */
export const word = z.string({ error: "Word is required" }).trim().toLowerCase().min(
  2,
  "Word must have at least 2 letters",
)
  .max(60, "Word must have at most 60 letters").regex(
    /^[\p{L}\p{M}\p{N} ]+$/u,
    "Word may have only letters and digits",
  );

export const roomSlug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Room is not a valid name");

export const ROOM_NAME_MAX = 60;
export const TOPIC_MAX = 250;

/** One line of text without what cannot be seen around it. */
function line(what: string, max: number) {
  return z.string({ error: `${what} must be text` })
    .transform((value) => value.toWellFormed().normalize("NFC").replace(/\s+/g, " ").replace(CONTROLS, "").trim())
    .refine((value) => [...value].length <= max, `${what} must have at most ${max} characters`);
}

export const roomName = line("Name", ROOM_NAME_MAX).refine((value) => !isBlank(value), "Name is empty")
  .meta({ description: "In any script", minLength: 1, maxLength: ROOM_NAME_MAX });

export const roomTopic = line("Topic", TOPIC_MAX).meta({ description: "What the room is about", maxLength: TOPIC_MAX });

/** A slug that somebody chooses. Those of direct messages begin with `dm-`. */
export const newRoomSlug = z.string({ error: "Address must be text" })
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Address may have only a-z, 0-9 and -, and at most 64 of them")
  .refine((value) => !value.startsWith("dm-"), "Address must not begin with dm-");

export const roomKind = z.enum(["public", "private"], { error: "Kind must be public or private" });
export const posting = z.enum(["everybody", "moderators"], { error: "Posting must be everybody or moderators" });
export const role = z.enum(["owner", "moderator", "member"], { error: "Role must be owner, moderator or member" });
export const notify = z.enum(["all", "mentions", "nothing"], { error: "Notify must be all, mentions or nothing" });

/** Seconds between two messages of one member: up to six hours. */
export const SLOW_MODE_MAX = 6 * 60 * 60;
export const slowMode = z.number({ error: "Slow mode is not a number" }).int("Slow mode is not a whole number").min(
  0,
  "Slow mode is negative",
).max(SLOW_MODE_MAX, `Slow mode must be at most ${SLOW_MODE_MAX} seconds`).meta({
  description: "Seconds between two messages of one member; 0 is off",
});

/** Seconds that a member may be timed out for: up to 28 days. */
export const TIME_OUT_MAX = 28 * 24 * 60 * 60;

/** The first error of a failed parse, and its field. */
export function complaint(error: z.ZodError): { message: string; field: string | undefined } {
  const issue = error.issues[0];
  const field = issue?.path[0];
  return { message: issue?.message ?? "Input is not valid", field: field === undefined ? undefined : String(field) };
}

/** The first error of each field. */
export function complaints(error: z.ZodError): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const { path: [field], message } of error.issues) if (field !== undefined) fields[String(field)] ??= message;
  return fields;
}
