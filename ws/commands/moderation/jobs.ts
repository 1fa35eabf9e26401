import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { JobId } from "../../../db/model.ts";
import { can } from "../../../db/policy.ts";
import { act } from "../../command.ts";
import { ADMINISTRATORS_ONLY } from "./accounts.ts";

const input = z.object({
  job: z.number({ error: "Job is not a number" }).int("Job is not a whole number").positive(
    "Job is not a positive number",
  ).transform((id) => id as JobId),
});

function failedJobAct(type: string, action: "retry" | "discard") {
  return act({
    type,
    input,
    load: () => undefined,
    permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
    async run({ store, bus, actor, now }, _, { job }) {
      if (!await store.jobs[action](job, actor, now())) throw new ChatError("not_found", "Job not found");
      if (action === "retry") bus.publish("jobs", { type: "job_added" });
      return {};
    },
  });
}

/** Acts on a job that has failed for good. */
export const retryJob = failedJobAct("retry_job", "retry");
export const discardJob = failedJobAct("discard_job", "discard");
