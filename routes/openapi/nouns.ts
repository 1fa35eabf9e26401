import * as z from "zod";

/** What the API answers with. Fields may be added; those that are here stay. */

const id = z.number().int().positive();
export const instant = z.iso.datetime().meta({ description: "UTC" });

export const Problem = z.object({
  detail: z.string().meta({ description: "One sentence" }),
  code: z.string().optional().meta({ description: "For programs, where there is more than one reason for a status" }),
})
  .meta({ id: "Error", description: "What every failure looks like" });

export const Message = z.object({
  id,
  room: z.string(),
  username: z.string().meta({ description: "Who wrote it" }),
  content: z.string(),
  timestamp: instant,
  edited: z.boolean(),
  seen: z.boolean().meta({ description: "Whether anybody but the author has read it" }),
  seq: z.number().int().meta({ description: "Its place in the room" }),
  rev: z.number().int().meta({ description: "The number of its last change, counted in the room" }),
}).meta({ id: "Message" });

export const User = z.object({
  id,
  username: z.string(),
  online: z.boolean(),
  email: z.string().nullable().optional().meta({ description: "For administrators only" }),
}).meta({ id: "User" });

export const History = z.object({
  messages: z.array(Message).meta({ description: "Oldest first" }),
  head: z.number().int().meta({ description: "The room's last change: ?after=head resumes from here" }),
  more: z.literal(true).optional().meta({
    description: "There are fewer than were asked for, since they are long: ask on with before",
  }),
}).meta({ id: "History" });

export const Login = z.object({
  token: z.string(),
  token_type: z.literal("bearer"),
  username: z.string(),
  expires_at: instant,
}).meta({ id: "Login" });

/** A sentence that says that it is done. */
export function done(sentence: string) {
  return z.object({ message: z.literal(sentence) });
}
