import * as z from "zod";
import { eventSchemas } from "../../ws/encoding/event_schema.ts";
import { loosen } from "./loosen.ts";

export interface DescribedEvent {
  readonly type: string;
  readonly text: string;
  readonly schema: z.core.JSONSchema.BaseSchema;
}

/** All events sent to JSON clients. Named types become components of the document. */
export function describeEvents(): DescribedEvent[] {
  return eventSchemas.map((event) => {
    const { $schema: _schema, $defs: _defs, description = "", ...fields } = z.toJSONSchema(event, {
      override: ({ jsonSchema }) => loosen(jsonSchema),
    });
    const schema = JSON.parse(JSON.stringify(fields).replaceAll("#/$defs/", "#/components/schemas/"));
    return { type: event.shape.type.value, text: description, schema };
  });
}
