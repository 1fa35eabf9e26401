import * as z from "zod";

/** A message as JSON clients get it; `messageJson` returns exactly this. Loaded only to describe the API. */
export const Message = z.object({
  id: z.number().int().positive(),
  room: z.string(),
  username: z.string().meta({ description: "The author" }),
  content: z.string(),
  timestamp: z.iso.datetime().meta({ description: "UTC" }),
  edited: z.boolean(),
  seen: z.boolean().meta({ description: "Whether another user has read it" }),
  seq: z.number().int().meta({ description: "The message's number in the room" }),
  rev: z.number().int().meta({ description: "The number of its last change, counted in the room" }),
}).meta({ id: "Message" });
