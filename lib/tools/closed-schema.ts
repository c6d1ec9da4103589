import type * as z from 'zod/mini';
import { writtenSchemaOf } from '#lib/actions/action-schemas.ts';

/** A JSON Schema 2020-12 of an object without other properties. */
export type ClosedSchema = Readonly<Record<string, unknown>>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** The schema of an input or output of a tool. */
export const closedSchemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): ClosedSchema =>
  portableSchema(writtenSchemaOf(schema, io));

/**
 * The schema with only what every client can read. The parser of the tool checks the rest: patterns of formats, and patterns
 * with Unicode properties, which several languages do not have.
 */
export const portableSchema = (schema: object): ClosedSchema => ({
  $schema: DIALECT,
  ...(JSON.parse(JSON.stringify(schema), (_name, value: unknown) =>
    isObject(value) ? portable(value) : value,
  ) as ClosedSchema),
});

/** A schema that is made when it is read for the first time. A call of a tool reads none. */
export const schemaOnDemand = (make: () => ClosedSchema): (() => ClosedSchema) => {
  let made: ClosedSchema | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** The schema as a part of another one. */
export const withoutDialect = ({ $schema: _dialect, ...schema }: ClosedSchema): ClosedSchema =>
  schema;

const portable = (schema: Record<string, unknown>): Record<string, unknown> => {
  const { pattern, propertyNames, ...rest } = schema;
  const isNamed = propertyNames !== undefined && JSON.stringify(propertyNames) !== ANY_NAME;
  const named = isNamed ? { ...rest, propertyNames } : rest;
  if (typeof pattern !== 'string') return pattern === undefined ? named : { ...named, pattern };
  if (typeof rest.format === 'string') return named;
  return pattern.includes('\\p{') ? { minLength: 1, ...named } : { ...named, pattern };
};

/** What zod writes for a record. */
const ANY_NAME = JSON.stringify({ type: 'string' });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
