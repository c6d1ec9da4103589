import * as z from 'zod/mini';
import { toJSONSchema } from 'zod/v4/core';
import type { JsonSchema, PropertyTexts, Shape } from './model.ts';

export const schemaRef = (name: string): { $ref: string } => ({
  $ref: `#/components/schemas/${name}`,
});

/**
 * The named schemas of the contract with their texts. A schema refers to the named schemas that it contains.
 * @param io `input` for requests; `output` for responses, which are open because a later version may add properties
 * @throws Error for a text without a property
 */
export const schemasOf = (
  shapes: readonly Shape[],
  io: 'input' | 'output',
): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const { name, schema } of shapes) registry.add(schema, { id: name });
  const { schemas } = toJSONSchema(registry, {
    io,
    uri: (id) => schemaRef(id).$ref,
    unrepresentable: 'any',
  });
  return Object.fromEntries(
    shapes.map(({ name, description, properties, example, more }) => {
      const schema = tidied(schemas[name] as JsonSchema, io);
      explain(name, schema, properties);
      return [name, { description, ...chosen(schema), ...more, examples: [example] }];
    }),
  );
};

/** The properties of a schema, and whether each is required. */
export const parametersOf = (schema: z.ZodMiniType) => {
  const { properties = {}, required = [] } = tidied(
    toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
    'input',
  );
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: property,
  }));
};

/** Alternative bodies become `oneOf`, because the discriminator selects one of them. */
const chosen = ({ anyOf, ...schema }: JsonSchema): JsonSchema =>
  anyOf === undefined ? schema : { ...schema, oneOf: anyOf };

/**
 * The schema without keywords that do not help a reader: the limits of all integers, and the pattern of a format. Open
 * properties of a request are `JsonValue`.
 */
const tidied = (schema: JsonSchema, io: 'input' | 'output'): JsonSchema => {
  const { $schema, $id, ...kept } = schema;
  if (kept.format !== undefined) delete kept.pattern;
  if (typeof kept.pattern === 'string') kept.pattern = portable(kept.pattern);
  if (kept.maximum === Number.MAX_SAFE_INTEGER) delete kept.maximum;
  if (kept.minimum === Number.MIN_SAFE_INTEGER) delete kept.minimum;
  if (kept.propertyNames !== undefined) delete kept.propertyNames;
  if (io === 'input' && isOpen(kept.additionalProperties)) {
    kept.propertyNames = { minLength: 1 };
    kept.additionalProperties = schemaRef('JsonValue');
  }
  if (io === 'output' && kept.properties !== undefined) delete kept.additionalProperties;
  return Object.fromEntries(
    Object.entries(kept).map(([keyword, value]) => [keyword, tidiedValue(keyword, value, io)]),
  );
};

const isOpen = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;

/**
 * A pattern without Unicode property classes, which only some dialects of regular expressions support. Control characters
 * are listed. Invisible characters are too many to list, so only the description mentions them.
 * Source: JSON Schema Core 2020-12, 6.4, on interoperable patterns.
 */
const portable = (pattern: string): string =>
  pattern.replace('\\p{Cc}', '\\x00-\\x1f\\x7f-\\x9f').replaceAll(/\\p\{\w+\}/g, '');

const tidiedValue = (keyword: string, value: unknown, io: 'input' | 'output'): unknown => {
  const one = (schema: unknown) => tidied(schema as JsonSchema, io);
  if (keyword === 'properties') {
    const all = Object.entries(value as Record<string, unknown>);
    return Object.fromEntries(all.map(([name, schema]) => [name, one(schema)]));
  }
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) return (value as unknown[]).map(one);
  const isSchema = keyword === 'items' || keyword === 'additionalProperties';
  return isSchema && typeof value === 'object' ? one(value) : value;
};

const explain = (shape: string, schema: JsonSchema, texts: PropertyTexts): void => {
  for (const [path, text] of Object.entries(texts)) {
    const steps = path.split('.').flatMap((step) => step.split(/(?=\[\])/));
    const place = steps.reduce<JsonSchema | undefined>(stepInto, schema);
    if (place === undefined) throw new Error(`${shape} has no property ${path}`);
    const more = typeof text === 'string' ? { description: text } : text;
    const before = { ...place };
    Object.assign(place, more, before, more);
  }
};

const stepInto = (schema: JsonSchema | undefined, step: string): JsonSchema | undefined => {
  if (schema === undefined) return undefined;
  const next =
    step === '[]'
      ? schema.items
      : step === '*'
        ? (schema.additionalProperties as JsonSchema | undefined)
        : schema.properties?.[step];
  if (next !== undefined) return next;
  for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = stepInto(option, step);
    if (found !== undefined) return found;
  }
  return undefined;
};
