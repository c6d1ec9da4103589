import type * as z from 'zod/mini';
import { toJSONSchema } from 'zod/v4/core';
import type { ActionOperation } from './operation.ts';

type JsonSchema = Record<string, unknown>;

/** Input and output of an operation as JSON Schemas: closed, and every property has a description. */
export const actionSchemas = ({
  input,
  output,
}: Pick<ActionOperation, 'input' | 'output'>): { input: JsonSchema; output: JsonSchema } => ({
  input: writtenSchemaOf(input, 'input'),
  output: writtenSchemaOf(output, 'output'),
});

/** The JSON Schema without the functions that zod adds, and without the limits that every integer has. */
export const writtenSchemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema =>
  JSON.parse(
    JSON.stringify(toJSONSchema(schema, { io }), (keyword, value: unknown) => {
      if (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) return undefined;
      if (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) return undefined;
      return isChoice(value) ? { ...descriptionIn(value), ...value } : value;
    }),
  ) as JsonSchema;

interface Choice {
  anyOf: readonly { description?: string }[];
}

const isChoice = (value: unknown): value is Choice =>
  typeof value === 'object' && value !== null && 'anyOf' in value && Array.isArray(value.anyOf);

/** A value that can be null is described inside. */
const descriptionIn = ({ anyOf }: Choice): { description?: string } => {
  const { description } = anyOf.find((one) => one.description !== undefined) ?? {};
  return description === undefined ? {} : { description };
};
