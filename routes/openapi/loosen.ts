/** What zod says and we do not promise: that no field is ever added, and what the bounds of a whole number are. */
export function loosen(schema: { additionalProperties?: unknown; maximum?: number; minimum?: number }): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
