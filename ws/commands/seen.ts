import * as z from "zod";
import { command } from "../command.ts";
import { messageId, reachMessage } from "./reach.ts";

export const seen = command({
  type: "seen",
  input: z.object({ id: messageId }),
  load: reachMessage,
  permit: () => true,
  run({ seen, actor }, message) {
    seen.note(message, actor);
    return { id: message.id };
  },
});
