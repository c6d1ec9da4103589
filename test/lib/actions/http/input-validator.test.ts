import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
// biome-ignore lint/style/noRestrictedImports: the reference that the validator is compared with.
import { fromJSONSchema } from 'zod';
import * as z from 'zod/mini';
import { type ClosedInput, closedInput, EndpointInput } from '#lib/actions/http/endpoint-input.ts';
import { inputValidator } from '#lib/actions/http/input-validator.ts';

const description = 'A field.';
const small = fc.integer({ min: 0, max: 4 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const text = fc.record(
  {
    type: fc.constant('string'),
    enum: optional(fc.uniqueArray(fc.constantFrom('a', 'b', 'on', ''), { minLength: 1 })),
    minLength: optional(small),
    maxLength: optional(small),
  },
  { requiredKeys: ['type'] },
);
const number = fc.record(
  {
    type: fc.constantFrom('number', 'integer'),
    enum: optional(fc.uniqueArray(fc.constantFrom(0, 1, 2, -1), { minLength: 1 })),
    minimum: optional(fc.constantFrom(-1, 0, 0.5, 2)),
    maximum: optional(fc.constantFrom(-1, 0, 1.5, 3)),
  },
  { requiredKeys: ['type'] },
);
const boolean = fc.record({ type: fc.constant('boolean') });
const scalar = fc.oneof(text, number, boolean);
const list = fc.record({
  type: fc.constant('array'),
  items: scalar,
  minItems: optional(small),
  maxItems: optional(small),
});
const described = <Field extends object>(fields: fc.Arbitrary<Field>) =>
  fields.map((field) => ({ ...field, description }));

const part = (field: fc.Arbitrary<object>) =>
  fc
    .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), described(field)), fc.boolean())
    .map(([properties, isRequired]) => ({
      type: 'object',
      properties,
      ...(isRequired ? { required: Object.keys(properties).slice(0, 1) } : {}),
    }));

const definitions = fc
  .record({
    type: fc.constant('object'),
    properties: fc.record(
      {
        path: part(scalar),
        query: part(fc.oneof(scalar, list)),
        body: part(fc.oneof(scalar, list)),
      },
      { requiredKeys: [] },
    ),
    required: optional(fc.subarray(['path', 'query', 'body'])),
  })
  .map((definition) => JSON.parse(JSON.stringify(definition)) as unknown)
  .filter((definition) => z.safeParse(EndpointInput, definition).success);

const value = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'on',
    '',
    'abc',
    'abcde',
    '😀😀',
    0,
    1,
    2,
    -1,
    0.5,
    1.5,
    4,
    1e21,
    true,
    null,
  ),
  fc.array(fc.constantFrom('a', 'abc', 0, 1, 0.5, true, null, [])),
  fc.constant({}),
);
const inputs = fc.oneof(
  fc.dictionary(
    fc.constantFrom('path', 'query', 'body', 'other'),
    fc.oneof(
      { weight: 9, arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value) },
      { weight: 1, arbitrary: value },
    ),
  ),
  value,
);

describe('inputValidator', () => {
  it('accepts exactly what the converter of zod accepts', () => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(definitions, inputs, (definition, input) => {
        const closed: ClosedInput = closedInput(z.parse(EndpointInput, definition));
        const reference = fromJSONSchema(JSON.parse(JSON.stringify(closed)));
        const isAccepted = z.safeParse(inputValidator(closed), input).success;

        counts[isAccepted ? 'accepted' : 'refused'] += 1;
        expect(isAccepted).toBe(reference.safeParse(input).success);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(20);
  });
});
