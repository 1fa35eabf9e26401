import type { Field, TypeWord } from "../../views/docs.tsx";

/** The subset of JSON Schema that our schemas use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** An object's fields. */
export function fieldsOf({ properties = {}, required = [] }: JsonSchema): Field[] {
  return Object.entries(properties).map(([name, schema]) => fieldOf(name, schema, required.includes(name)));
}

export function fieldOf(name: string, schema: JsonSchema, required: boolean): Field {
  return {
    name,
    required,
    type: typeOf(schema),
    limits: limitsOf(schema),
    text: schema.description,
    // The pattern of an email is a page long; the format says enough.
    pattern: schema.format === undefined ? schema.pattern : undefined,
    fallback: schema.default === undefined || schema.default === "" ? undefined : JSON.stringify(schema.default),
  };
}

/** A type in words; names link to their tables. */
export function typeOf(schema: JsonSchema): TypeWord[] {
  if (schema.$ref !== undefined) return [{ text: schema.$ref.split("/").at(-1)!, isName: true }];
  if (schema.const !== undefined) return [{ text: JSON.stringify(schema.const) }];
  if (schema.enum) return [{ text: schema.enum.map((value) => JSON.stringify(value)).join(" or ") }];
  if (schema.anyOf) {
    return schema.anyOf.flatMap((each, at) => [...(at === 0 ? [] : [{ text: " or " }]), ...typeOf(each)]);
  }
  if (schema.type instanceof Array) return typeOf({ anyOf: schema.type.map((type) => ({ ...schema, type })) });
  if (schema.type === "array") return [{ text: "list of " }, ...typeOf(schema.items ?? {})];
  const kinds: Record<string, string> = { integer: "whole number", string: "text", boolean: "true or false" };
  const kind = String(schema.type ?? "anything");
  return [{ text: schema.format === "date-time" ? "date and time" : kinds[kind] ?? kind }];
}

function limitsOf(schema: JsonSchema): string | undefined {
  const { minLength, maxLength, maximum, format } = schema;
  const minimum = schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + 1);
  const said = [
    between(minimum, maximum),
    minLength === 1 && maxLength === undefined ? "not empty" : between(minLength, maxLength, " characters"),
    format === "email" ? "an email address" : undefined,
  ].filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join(", ");
}

function between(low: number | undefined, high: number | undefined, unit = ""): string | undefined {
  if (low === undefined) return high === undefined ? undefined : `at most ${high}${unit}`;
  return high === undefined ? `at least ${low}${unit}` : `${low} to ${high}${unit}`;
}
