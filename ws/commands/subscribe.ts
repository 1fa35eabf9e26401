import * as z from "zod";
import { ChatError } from "../../db/errors.ts";
import { complaint } from "../../db/rules.ts";

const room = z.string({ error: "Room must be text" });

/** Begins with what changed after `after`, or with the last messages, and goes on live. */
export const subscribe = {
  type: "subscribe",
  input: z.object({
    room,
    after: z.number({ error: "After is not a number" }).int("After is not a whole number").min(0, "After is negative")
      .optional().meta({ description: "Resumes: the highest rev or head that the client has shown" }),
  }),
} as const;

/** Ends a subscription; harmless when there is none. */
export const unsubscribe = { type: "unsubscribe", input: z.object({ room }) } as const;

/** Commands that are about the connection they come from: it carries them out itself. */
export const connectionCommands = [subscribe, unsubscribe] as const;

/** What a connection is asked to do; undefined when it is a command for the app. Throws `invalid`. */
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
