import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint } from "../../db/rules.ts";

const room = z.string({ error: "Room must be text" });

/** Sends the changes after `after`, or the last messages, then live events. */
export const subscribe = {
  type: "subscribe",
  input: z.object({
    room,
    after: z.number({ error: "After is not a number" }).int("After is not a whole number").min(0, "After is negative")
      .optional().meta({ description: "Resumes after this rev: the highest rev or head the client has shown" }),
  }),
} as const;

/** Ends a subscription, if there is one. */
export const unsubscribe = { type: "unsubscribe", input: z.object({ room }) } as const;

/** Commands that a connection handles itself. */
export const connectionCommands = [subscribe, unsubscribe] as const;

/** Parses a command for the connection itself; undefined for any other command. Throws `invalid`. */
export function connectionCommand({ type, fields }: { type: string; fields: unknown }) {
  if (type === subscribe.type) return { type, ...parse(subscribe.input, fields) } as const;
  if (type === unsubscribe.type) return { type, ...parse(unsubscribe.input, fields) } as const;
  return undefined;
}

function parse<Input>(input: z.ZodType<Input>, fields: unknown): Input {
  const parsed = input.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new ChatError("invalid", complaint(parsed.error).message);
}
