import * as z from "zod";
import { command } from "../../command.ts";
import { loadMessage, messageId } from "./load.ts";

export const seen = command({
  type: "seen",
  input: z.object({ id: messageId }),
  load: loadMessage,
  permit: () => true,
  run({ seen, actor }, message) {
    seen.note(message, actor);
    return { id: message.id };
  },
});
