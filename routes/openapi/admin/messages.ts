import * as z from "zod";
import { reason } from "../../../db/rules.ts";
import { paths } from "../../../views/paths.ts";
import { done } from "../../admin/done.ts";
import { messageQuery, pageQuery } from "../../admin/query.ts";
import { layout } from "./layout.ts";
import { reportActNames as ACTS } from "../../../views/admin/report_acts.tsx";
import { entry } from "../../../ws/commands/moderation/words.ts";
import { done as says } from "../nouns.ts";
import { explain, type Group } from "../operation.ts";
import { examples, InspectedMessage, next, Report, Word } from "./nouns.ts";

const id = z.number().int().positive();
const filter = explain(messageQuery, {
  search: "Part of the text",
  user: "Who wrote it",
  room: "Where",
  from: "From this day or moment on, UTC",
  to: "Before this day or moment, UTC",
  state: "all unless said",
  after: "The next of the page before",
});

export const messages: Group = {
  name: "Administration: messages",
  text: "What was said, what was reported, and which words are not taken.",
  operations: [
    {
      id: "findMessages",
      method: "get",
      path: paths.admin.messages,
      summary: "Find messages",
      access: "administrators",
      query: filter,
      example: { query: { search: "Hello", user: "bob" } },
      answer: {
        text: "A page of messages, newest first",
        schema: z.object({ messages: z.array(InspectedMessage), next: next(z.number()) }),
        example: { messages: [examples.message], next: null },
      },
    },
    {
      id: "deleteMessage",
      method: "post",
      path: paths.admin.message("{id}"),
      summary: "Delete a message",
      access: "administrators",
      params: z.object({ id: id.meta({ description: "The message's id" }) }),
      example: { params: { id: "1" } },
      answer: { text: "It is gone for everybody", schema: says(done.delete), example: { message: done.delete } },
    },
    {
      id: "downloadMessages",
      method: "get",
      path: paths.admin.download("messages"),
      summary: "Messages as a file",
      access: "administrators",
      query: filter.extend(layout.shape),
      answer: {
        text: "CSV with a byte order mark",
        type: "text/csv",
        example: "id,room,sender,content,timestamp,edited_at\r\n",
      },
    },
    {
      id: "listReports",
      method: "get",
      path: paths.admin.reports,
      summary: "Reports that wait",
      access: "administrators",
      query: explain(pageQuery, { after: "The next of the page before" }),
      answer: {
        text: "A page of reports",
        schema: z.object({ reports: z.array(Report), next: next(z.number()) }),
        example: {
          reports: [{
            id: 1,
            message_id: 1,
            username: "bob",
            reporter: "alice",
            reason: "Spam",
            created_at: "2026-01-01T12:05:00.000Z",
            reported: {
              username: "bob",
              content: "Hello",
              timestamp: "2026-01-01T12:00:00.000Z",
              edited_at: null,
            },
            fate: "unchanged",
            author_deleted: false,
            context: [examples.message],
          }],
          next: null,
        },
      },
    },
    {
      id: "downloadReports",
      method: "get",
      path: paths.admin.download("reports"),
      summary: "Reports that wait as a file",
      description: "Each with what was reported and what the message says now.",
      access: "administrators",
      query: layout,
      answer: {
        text: "CSV with a byte order mark",
        type: "text/csv",
        example: "id,reported_at,reporter,reason,message_id,room,sender,content,…\r\n",
      },
    },
    {
      id: "settleReport",
      method: "post",
      path: paths.admin.report("{id}", "{act}"),
      summary: "Settle a report",
      access: "administrators",
      body: z.object({ reason: reason.meta({ description: "Instead of the reporter's" }) }),
      params: z.object({
        id: id.meta({ description: "The report's id" }),
        act: z.enum(ACTS).meta({ description: "Let it stand, delete the message, warn its author or block them" }),
      }),
      example: { params: { id: "1", act: "dismiss" }, body: { reason: "" } },
      answer: {
        text: "It is done",
        schema: z.object({ message: z.enum(ACTS.map((act) => done[`report_${act}`])) }),
        example: { message: done.report_dismiss },
      },
    },
    {
      id: "listWords",
      method: "get",
      path: paths.admin.words,
      summary: "Your own words",
      description: "They add to the list that comes with the program, or make exceptions from it.",
      access: "administrators",
      answer: {
        text: "All of them",
        schema: z.object({ words: z.array(Word) }),
        example: { words: [{ word: "fiddlesticks", kind: "forbidden" }] },
      },
    },
    {
      id: "putWord",
      method: "post",
      path: paths.admin.words,
      summary: "Forbid or allow a word",
      access: "administrators",
      body: entry,
      example: { body: { word: "fiddlesticks", kind: "forbidden" } },
      answer: { text: "It counts from now on", schema: says(done.put_word), example: { message: done.put_word } },
    },
    {
      id: "removeWord",
      method: "post",
      path: paths.admin.removeWord,
      summary: "Remove a word of your own",
      access: "administrators",
      body: entry.pick({ word: true }),
      example: { body: { word: "balderdash" } },
      answer: { text: "It is gone", schema: says(done.remove_word), example: { message: done.remove_word } },
      errors: { not_found: "Word not found" },
    },
  ],
};
