import * as z from "zod";
import { instanceSettings } from "../../../db/instance.ts";
import { paths } from "../../../views/paths.ts";
import { done } from "../../admin/done.ts";
import { auditQuery, pageQuery } from "../../admin/query.ts";
import { done as says } from "../nouns.ts";
import { explain, type Group } from "../operation.ts";
import { layout } from "./layout.ts";
import { AuditEntry, examples, FailedJob, next, Overview, Settings } from "./nouns.ts";

const filter = explain(auditQuery, {
  actor: "Who acted",
  target: "About whom, or what",
  action: "What was done",
  from: "From this day or moment on, UTC",
  to: "Before this day or moment, UTC",
  after: "The next of the page before",
});

const settings = explain(instanceSettings, {
  name: "What this server is called",
  registration: "Who may create an account: everybody or nobody",
  warnings: "Warnings before the block",
  warningDays: "Days after which a warning counts no more",
  sessionDays: "Days a login lives without being used",
  retentionDays: "Days after which messages are removed; 0 keeps them",
});

const job = z.object({ id: z.number().int().positive().meta({ description: "The job's id" }) });

export const instance: Group = {
  name: "Administration: the server",
  text: "How it is doing, what was done, and how it is set.",
  operations: [
    {
      id: "overview",
      method: "get",
      path: paths.admin.overview,
      summary: "The server in figures",
      access: "administrators",
      answer: {
        text: "As of now",
        schema: Overview,
        example: {
          users: 2,
          online: 1,
          messages_today: 1,
          messages: 1,
          blocked_users: 0,
          reports: 0,
          database_bytes: 188416,
          version: "0.1.0",
          uptime_seconds: 3600,
          messages_per_hour: [0, 0, 1],
          messages_per_day: [0, 0, 1],
        },
      },
    },
    {
      id: "listAudit",
      method: "get",
      path: paths.admin.audit,
      summary: "What was done, and by whom",
      access: "administrators",
      query: filter,
      example: { query: { actor: "alice" } },
      answer: {
        text: "A page of the audit log, newest first",
        schema: z.object({ audit: z.array(AuditEntry), next: next(z.number()) }),
        example: { audit: [examples.entry], next: null },
      },
    },
    {
      id: "downloadAudit",
      method: "get",
      path: paths.admin.download("audit"),
      summary: "The audit log as a file",
      access: "administrators",
      query: filter.extend(layout.shape),
      answer: {
        text: "CSV with a byte order mark",
        type: "text/csv",
        example: "id,at,actor,action,target,reason\r\n",
      },
    },
    {
      id: "listFailedJobs",
      method: "get",
      path: paths.admin.jobs,
      summary: "Jobs that have failed",
      access: "administrators",
      query: explain(pageQuery, { after: "The next of the page before" }),
      answer: {
        text: "A page of them, newest first",
        schema: z.object({ jobs: z.array(FailedJob), next: next(z.number()) }),
        example: {
          jobs: [{
            id: 1,
            kind: "backup",
            attempts: 3,
            error: "no space left on device",
            created_at: "2026-01-01T12:00:00.000Z",
            failed_at: "2026-01-02T12:00:00.000Z",
            next_try_at: "2026-01-02T12:10:00.000Z",
          }],
          next: null,
        },
      },
    },
    {
      id: "retryJob",
      method: "post",
      path: paths.admin.job("{id}", "retry"),
      summary: "Run a failed job once more",
      access: "administrators",
      params: job,
      example: { params: { id: "1" } },
      answer: { text: "It runs now", schema: says(done.retry_job), example: { message: done.retry_job } },
    },
    {
      id: "discardJob",
      method: "post",
      path: paths.admin.job("{id}", "discard"),
      summary: "Discard a failed job",
      description: "A scheduled job stays, and is listed again when it fails as often once more.",
      access: "administrators",
      params: job,
      example: { params: { id: "1" } },
      answer: { text: "It is gone", schema: says(done.discard_job), example: { message: done.discard_job } },
    },
    {
      id: "showSettings",
      method: "get",
      path: paths.admin.settings,
      summary: "The settings in force",
      access: "administrators",
      answer: {
        text: "All of them",
        schema: Settings,
        example: {
          name: "Chatterbox",
          registration: "open",
          warnings: 2,
          warningDays: 30,
          sessionDays: 30,
          retentionDays: 0,
          fixed: ["registration"],
        },
      },
    },
    {
      id: "changeSettings",
      method: "post",
      path: paths.admin.settings,
      summary: "Change settings",
      description: "What is left out stays as it is; what the environment sets does not change.",
      access: "administrators",
      body: settings.partial(),
      example: { body: { name: "Chess club" } },
      answer: { text: "They are in force", schema: says(done.settings), example: { message: done.settings } },
    },
  ],
};
