/** Removes constraints that zod emits but the API does not promise: no additional fields, and the range of integers. */
export function loosen(schema: { additionalProperties?: unknown; maximum?: number; minimum?: number }): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
