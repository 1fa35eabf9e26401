import * as z from "zod";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { command } from "../../command.ts";
import { loadMessage, messageId } from "./load.ts";

export const report = command({
  type: "report",
  input: z.object({ id: messageId, reason }),
  load: loadMessage,
  permit: (actor, message) => can.report(actor, message) || "You cannot report your own message",
  async run({ store, actor, limits, now }, message, input) {
    await store.reports.add({ message, reporter: actor, reason: input.reason, limited: limits }, now());
    return { id: message.id };
  },
});
