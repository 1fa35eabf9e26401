import type { DocsGroup, DocsOperation, Field, NamedType, SocketCommand, SocketEvent } from "../../views/docs.tsx";
import { paths } from "../../views/paths.ts";
import { describeCommands } from "./commands.ts";
import { curl } from "./curl.ts";
import type { Document } from "./document.ts";
import { describeEvents } from "./events.ts";
import { fieldOf, fieldsOf, type JsonSchema, typeOf } from "./fields.ts";
import { groups } from "./groups.ts";
import type { Operation } from "./describe.ts";

interface Described {
  readonly parameters?: readonly { in: string; name: string; required?: boolean; schema: JsonSchema }[];
  readonly requestBody?: { content: Record<string, { schema: JsonSchema }> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>
  >;
}

/** Data of the docs page, in reading order. */
export function docsGroups(document: Document, operations: readonly Operation[], base: string): DocsGroup[] {
  return Object.entries(groups).map(([key, { name, text }]) => ({
    name,
    text,
    operations: operations.filter(({ group }) => group === key).map((operation) =>
      show(operation, described(document, operation), base)
    ),
  }));
}

/** The named types. */
export function namedTypes(document: Document): NamedType[] {
  return Object.entries((document.components?.schemas ?? {}) as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    text: schema.description,
    fields: fieldsOf(schema),
  }));
}

export function socketCommands(): SocketCommand[] {
  return describeCommands().map(({ type, text, access, schema, example }) => ({
    type,
    text,
    access,
    // `type` and `nonce` are common to all commands and documented once.
    fields: fieldsOf(schema as JsonSchema).filter(({ name }) => name !== "type" && name !== "nonce"),
    example: JSON.stringify(example),
  }));
}

export function socketEvents(): SocketEvent[] {
  return describeEvents().map(({ type, text, schema }) => ({
    type,
    text,
    fields: fieldsOf(schema as JsonSchema).filter(({ name }) => name !== "type"),
  }));
}

function described(document: Document, { path, method }: Operation): Described {
  return document.paths?.[path]?.[method] as unknown as Described;
}

function show(
  operation: Operation,
  { parameters = [], requestBody, responses }: Described,
  base: string,
): DocsOperation {
  const { id, method, path, summary, description, access, answer, example = {} } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const given: Record<string, string> = { ...example.params, ...example.query };
  return {
    id,
    method: method.toUpperCase(),
    path,
    summary,
    description,
    access,
    parameters: parameters.map(({ name, in: where, required = false, schema }) => ({
      ...fieldOf(name, schema, required),
      where,
      example: given[name]?.startsWith("$") ? undefined : given[name],
    })),
    body: body && { fields: fieldsOf(body), example: JSON.stringify(example.body ?? {}, null, 2) },
    answers: Object.entries(responses).map(([status, { description, content }]) => {
      const [type, schema] = Object.entries(content ?? {}).map(([type, { schema }]) => [type, schema] as const)[0] ??
        [];
      const good = Number(status) < 400;
      return {
        status: Number(status),
        text: description,
        type: good && type === "application/json" && schema ? answerType(schema) : undefined,
        fields: good && schema && type === "application/json" ? inline(schema) : [],
        example: good && answer.example !== undefined
          ? typeof answer.example === "string" ? answer.example : JSON.stringify(answer.example, null, 2)
          : undefined,
      };
    }),
    curl: path === paths.ws ? undefined : curl(base, operation),
  };
}

/** The response's type, unless its fields are listed. */
function answerType(schema: JsonSchema) {
  return schema.properties ? undefined : typeOf(schema);
}

function inline(schema: JsonSchema): Field[] {
  return schema.properties ? fieldsOf(schema) : [];
}
