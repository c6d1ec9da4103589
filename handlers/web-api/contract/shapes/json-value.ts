import { schemaRef } from '#handlers/web-api/contract/json-schema.ts';
import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import { MAX_NUMBER, MIN_NUMBER } from '#lib/platform/json.ts';

export const JSON_VALUE_NAME = 'JsonValue';

/** The values of free-form properties. They are stored exactly as they were sent. */
export const JSON_VALUE: JsonSchema & { description: string } = {
  description: `A JSON value that can be stored without a change. A number is from -${MAX_NUMBER} to ${MAX_NUMBER} (2^53 - 1), and either 0 or at least ${MIN_NUMBER} away from 0. A property name has at least one character. Strings and names contain no unpaired surrogates.`,
  anyOf: [
    { type: ['null', 'boolean', 'string'] },
    { const: 0 },
    { type: 'number', minimum: MIN_NUMBER, maximum: MAX_NUMBER },
    { type: 'number', minimum: -MAX_NUMBER, maximum: -MIN_NUMBER },
    { type: 'array', items: schemaRef(JSON_VALUE_NAME) },
    {
      type: 'object',
      propertyNames: { minLength: 1 },
      additionalProperties: schemaRef(JSON_VALUE_NAME),
    },
  ],
  examples: [{ plants: ['fern', 'ivy'], litres: 1.5, done: false }],
};
