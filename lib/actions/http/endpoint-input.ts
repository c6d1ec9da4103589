import * as z from 'zod/mini';
import { VisibleText } from '#lib/platform/text.ts';

const MAX_FIELDS = 50;
const MAX_VALUES = 100;

const description = VisibleText.check(z.maxLength(500));
const value = z.string().check(z.maxLength(500));
const count = z.int().check(z.minimum(0), z.maximum(10_000));
const values = <Value>(schema: z.ZodMiniType<Value>) =>
  z.optional(z.array(schema).check(z.minLength(1), z.maxLength(MAX_VALUES)));

interface Bounded {
  enum?: readonly unknown[] | undefined;
  [bound: string]: unknown;
}

/** The bounds of a definition: in order, and not beside a list of values. */
const bounds = (least: string, most: string) =>
  z.check<Bounded>(({ value: schema, issues }) => {
    const { [least]: low, [most]: high } = schema;
    const report = (message: string, key: string) =>
      issues.push({ code: 'custom', input: undefined, path: [key], message });
    for (const key of [least, most]) {
      if (schema.enum !== undefined && schema[key] !== undefined) {
        report('cannot be combined with enum', key);
      }
    }
    if (typeof low === 'number' && typeof high === 'number' && low > high) {
      report(`must be at least ${least}`, most);
    }
  });

const lengths = bounds('minLength', 'maxLength');
const range = bounds('minimum', 'maximum');
const wholeNumbers = z.refine<{ type: string; enum?: number[] | undefined }>(
  ({ type, enum: numbers = [] }) => type === 'number' || numbers.every(Number.isInteger),
  { path: ['enum'], message: 'must be whole numbers' },
);

const text = {
  type: z.literal('string'),
  enum: values(value),
  minLength: z.optional(count),
  maxLength: z.optional(count),
};
const number = {
  type: z.enum(['number', 'integer']),
  enum: values(z.number()),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
};
const boolean = { type: z.literal('boolean') };

const TYPES = 'must be string, number, integer or boolean';

/** A value that fits on one line of a form. */
const Scalar = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...text, description }).check(lengths),
    z.strictObject({ ...number, description }).check(range, wholeNumbers),
    z.strictObject({ ...boolean, description }),
  ],
  TYPES,
);

const List = z
  .strictObject({
    type: z.literal('array'),
    description,
    items: z.discriminatedUnion(
      'type',
      [
        z.strictObject(text).check(lengths),
        z.strictObject(number).check(range, wholeNumbers),
        z.strictObject(boolean),
      ],
      TYPES,
    ),
    minItems: z.optional(count),
    maxItems: z.optional(count),
  })
  .check(bounds('minItems', 'maxItems'));

const Field = z.discriminatedUnion(
  'type',
  [Scalar, List],
  'must be string, number, integer, boolean or array',
);

/** Names that a form, a query and a template can contain, and that no object inherits. */
const name = z.string().check(
  z.regex(/^[A-Za-z][\w.-]{0,63}$/),
  z.refine((key) => !Object.hasOwn(Object.prototype, key)),
);

const fields = <Schema extends z.ZodMiniType>(field: Schema) =>
  z
    .strictObject({
      type: z.literal('object'),
      properties: z.record(name, field, 'must be an object of properties with names such as room'),
      required: z.optional(z.array(z.string())),
    })
    .check(
      z.refine(({ properties }) => Object.keys(properties).length <= MAX_FIELDS, {
        path: ['properties'],
        message: `has more than ${MAX_FIELDS} properties`,
      }),
      z.refine(
        ({ properties, required = [] }) => required.every((key) => Object.hasOwn(properties, key)),
        { path: ['required'], message: 'must contain only names of properties' },
      ),
    );

/**
 * What a caller of an endpoint sends: a JSON Schema of the parts of a request. It has few keywords, so that a form, an
 * assistant and the check of a message understand it in the same way. Other properties are always refused.
 */
export const EndpointInput = z.strictObject({
  type: z.literal('object'),
  properties: z.strictObject({
    /** The values of the names in the path. All of them are required. */
    path: z.optional(fields(Scalar)),
    query: z.optional(fields(Field)),
    body: z.optional(fields(Field)),
  }),
  required: z.optional(z.array(z.enum(['path', 'query', 'body']))),
});
export type EndpointInput = z.output<typeof EndpointInput>;

export type EndpointField = z.output<typeof Field>;

/** The JSON Schema of one part of a request. */
export interface ClosedPart {
  type: 'object';
  properties: Readonly<Record<string, EndpointField>>;
  required: readonly string[];
  additionalProperties: false;
}

/** The JSON Schema of what a caller sends. */
export interface ClosedInput {
  type: 'object';
  properties: Readonly<Record<string, ClosedPart>>;
  required: readonly string[];
  additionalProperties: false;
}

/** The complete JSON Schema of a definition's input: with every name that is required, and without other properties. */
export const closedInput = ({ properties, required = [] }: EndpointInput): ClosedInput => {
  const { path, query, body } = properties;
  const parts = {
    ...(path && { path: closedPart(path, Object.keys(path.properties)) }),
    ...(query && { query: closedPart(query, query.required) }),
    ...(body && { body: closedPart(body, body.required) }),
  };
  const names = Object.entries(parts)
    .filter(([name, part]) => part.required.length > 0 || required.some((one) => one === name))
    .map(([name]) => name);
  return { type: 'object', properties: parts, required: names, additionalProperties: false };
};

const closedPart = (
  { properties }: Pick<ClosedPart, 'properties'>,
  required: readonly string[] = [],
): ClosedPart => ({ type: 'object', properties, required, additionalProperties: false });
