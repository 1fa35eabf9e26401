import * as z from "zod";
import { paths } from "../../views/paths.ts";
import type { Group } from "./operation.ts";

export const service: Group = {
  name: "Service",
  text: "For whoever watches over the program.",
  operations: [
    {
      id: "serverStatus",
      method: "get",
      path: paths.home,
      summary: "Is there a server?",
      description: "A browser, which accepts text/html, gets the chat or the way to log in.",
      access: "anybody",
      answer: {
        text: "Yes",
        schema: z.object({ status: z.literal("Server is running") }),
        example: { status: "Server is running" },
      },
    },
    {
      id: "alive",
      method: "get",
      path: paths.health,
      summary: "Does the process live?",
      access: "anybody",
      answer: {
        text: "Yes",
        schema: z.object({ status: z.literal("ok"), version: z.string() }),
        example: { status: "ok", version: "0.1.0" },
      },
    },
    {
      id: "ready",
      method: "get",
      path: paths.ready,
      summary: "Can it serve?",
      access: "anybody",
      answer: { text: "Yes", schema: z.object({ status: z.literal("ok") }), example: { status: "ok" } },
      errors: { unavailable: "Store cannot be reached" },
    },
    {
      id: "metrics",
      method: "get",
      path: paths.metrics,
      summary: "How is it doing, in numbers?",
      description: "In Prometheus' text format. A program on the same machine needs no credentials, unless a proxy " +
        "passes it on; METRICS_TOKEN, where it is set, serves as a token too.",
      access: "administrators",
      answer: {
        text: "The metrics",
        type: "text/plain",
        example: "# TYPE chatterbox_messages_total counter\nchatterbox_messages_total 7\n",
      },
    },
    {
      id: "describe",
      method: "get",
      path: paths.openapi,
      summary: "This API as OpenAPI 3.1",
      access: "anybody",
      answer: { text: "The document", schema: z.looseObject({ openapi: z.string() }), example: { openapi: "3.1.1" } },
    },
  ],
};
