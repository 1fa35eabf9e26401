import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { ErrorCode } from "../../db/errors.ts";
import { paths } from "../../views/paths.ts";
import type { App } from "../env.ts";
import { statusOf } from "../errors.ts";
import { cookieName } from "../session_cookie.ts";
import { describeCommands } from "./commands.ts";
import { describeEvents } from "./events.ts";
import { groups } from "./groups.ts";
import { Message, Problem, Room } from "./schemas.ts";
import { loosen } from "./loosen.ts";
import { errorsOf, type Operation } from "./describe.ts";

export type Document = ReturnType<typeof createDocument>;

/** The JSON API as OpenAPI 3.1, generated from the validating schemas. */
export function createApiDocument(app: App, operations: readonly Operation[]): Document {
  const described: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    (described[operation.path] ??= {})[operation.method] = describe(groups[operation.group].name, operation);
  }
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Chatterbox",
      version: app.version,
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Every URL returns pages to browsers and JSON to other clients: a client that accepts text/html and does not " +
        "send a JSON body is a browser. Credentials are a token from POST /login or the session cookie.",
    },
    servers: [{ url: app.publicUrl?.origin ?? "/" }],
    tags: Object.values(groups).map(({ name, text }) => ({ name, description: text })),
    paths: described,
    components: {
      // Components that socket events refer to.
      schemas: { Message, Room },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "The token from POST /login" },
        cookie: { type: "apiKey", in: "cookie", name: cookieName(app), description: "Session cookie for browsers" },
      },
    },
  }, {
    override: ({ jsonSchema }) => loosen(jsonSchema),
  });
}

function describe(tag: string, operation: Operation): ZodOpenApiOperationObject {
  const { id, path, summary, description, access, params, query, body, example, answer, otherwise = {} } = operation;
  const responses: ZodOpenApiOperationObject["responses"] = {};
  responses[`${answer.status ?? 200}` as "200"] = {
    description: answer.text,
    ...(answer.schema || answer.type
      ? {
        content: {
          [answer.type ?? "application/json"]: {
            schema: answer.schema ?? { type: "string" },
            ...(answer.example === undefined ? {} : { example: answer.example }),
          },
        },
      }
      : {}),
  };
  for (const [code, texts] of Object.entries(errorsOf(operation))) {
    responses[`${statusOf[code as ErrorCode]}` as "400"] = {
      description: texts.join(". "),
      ...(code === "rate_limited"
        ? { headers: { "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } } } }
        : {}),
      content: { "application/json": { schema: Problem } },
    };
  }
  const others = { ...otherwise, ...(body ? { 413: "The body is larger than 64 KiB" } : {}) };
  for (const [status, text] of Object.entries(others)) {
    responses[status as "400"] = { description: text, content: { "application/json": { schema: Problem } } };
  }
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: access === "anybody" ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(params || query ? { requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) } } : {}),
    ...(body
      ? {
        requestBody: {
          required: !body.safeParse({}).success,
          content: { "application/json": { schema: body, ...(example?.body ? { example: example.body } : {}) } },
        },
      }
      : {}),
    responses,
    ...(path === paths.ws ? { "x-commands": describeCommands(), "x-events": describeEvents() } : {}),
  };
}
