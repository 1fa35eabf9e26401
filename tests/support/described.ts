import assert from "node:assert/strict";
import * as z from "zod";
import type { Operation } from "../../routes/openapi/describe.ts";

// deno-lint-ignore no-explicit-any -- a document as it came
type Json = any;

/** A schema of the document, with its references. */
function schemaOf({ components }: Json, schema: Json): z.ZodType {
  // Patterns use Unicode mode, which zod does not read back.
  const text = JSON.stringify(
    { ...schema, $defs: components.schemas },
    (key, value) => key === "pattern" && /\\p\{/.test(value) ? undefined : value,
  );
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
}

/** Asserts that a response is documented: its status, its type, and its body. */
export async function assertDescribed(
  document: Json,
  { method, path }: Pick<Operation, "method" | "path">,
  response: Response,
  what: string,
): Promise<void> {
  const described = document.paths[path][method].responses[response.status];
  assert.ok(described, `${what}: ${response.status} is documented`);
  const text = await response.text();
  if (described.content === undefined) return assert.equal(text, "", what);
  const type = response.headers.get("Content-Type")?.split(";")[0];
  assert.deepEqual(Object.keys(described.content), [type], what);
  const { schema } = described.content[type!];
  const parsed = schemaOf(document, schema).safeParse(type === "application/json" ? JSON.parse(text) : text);
  assert.ok(parsed.success, `${what}: ${text.slice(0, 300)} ${parsed.error?.message}`);
  if (described.headers !== undefined) {
    for (const name of Object.keys(described.headers)) assert.ok(response.headers.has(name), `${what}: has ${name}`);
  }
}
