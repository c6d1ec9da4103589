// biome-ignore lint/style/noRestrictedImports: zod/mini has no converter of JSON Schemas. This file is loaded lazily.
import { fromJSONSchema } from 'zod';
import type * as z from 'zod/mini';
import type { ClosedInputSchema } from './endpoint-input.ts';

/** The schema of zod for the input of an endpoint. */
export const schemaFromJson = (schema: ClosedInputSchema): z.core.$ZodType =>
  fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
