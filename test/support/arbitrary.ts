import fc from 'fast-check';
import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import { schemaAt } from './contract.ts';

/** Dates that a schedule or a message may have, and some that they may not have. */
const INSTANTS = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});

/** Strings that programs often handle wrongly. */
export const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '\u0000',
      '\u202e',
      '__proto__',
      'constructor',
      '../../etc/passwd',
      '{{7*7}}',
      '%',
    ],
    ...["' OR 1=1 --", '<script>alert(1)</script>', '\ud800', '🧨'.repeat(200), 'x'.repeat(70_000)],
    ...[null, true, 0, -0, -1, 0.1, 1e308, 5e-324, 2 ** 53, Number.MAX_SAFE_INTEGER, [], {}, [[]]],
    ...[{ toString: 1 }, { length: -1 }, { $ne: null }, { S: 'x' }, [null], { '': 1 }],
  ),
  fc.jsonValue(),
);

/** Values that are valid for a schema. An operation may have rules that the schema does not contain. */
export const valid = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const { type, properties, required = [], items, const: only } = schema;
  const target = schemaAt(schema);
  const options = schema.oneOf ?? schema.anyOf;
  if (target !== undefined) return valid(target);
  if (options !== undefined) return fc.oneof(...options.map(valid));
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  if (type === 'string') return text(schema);
  if (type === 'integer' || type === 'number') {
    const { minimum = -1_000, maximum = 1_000 } = schema as { minimum?: number; maximum?: number };
    return fc.integer({ min: minimum, max: maximum });
  }
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return list(schema, items ?? {});
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, one]) => [name, valid(one)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: required });
  }
  if (type === 'object') return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue());
  return fc.jsonValue();
};

const text = ({ format, pattern, minLength, maxLength }: JsonSchema): fc.Arbitrary<string> => {
  if (format === 'date-time') return INSTANTS.map((date) => date.toISOString());
  if (format === 'uri') return fc.webUrl({ validSchemes: ['https'] });
  if (typeof pattern === 'string') {
    const wanted = new RegExp(pattern, 'u');
    return pattern.includes('\\p')
      ? fc.string({ minLength: 1 }).filter((one) => wanted.test(one))
      : fc.stringMatching(wanted);
  }
  return fc.string({ minLength: Number(minLength ?? 0), maxLength: Number(maxLength ?? 60) });
};

const list = ({ minItems, maxItems }: JsonSchema, items: JsonSchema) =>
  fc.array(valid(items), { minLength: Number(minItems ?? 0), maxLength: Number(maxItems ?? 10) });

/** Values that are almost valid for a schema: a member is missing, unknown or wrong, at any depth. */
export const nearlyValid = (schema: JsonSchema): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid(schema), fc.nat(), fc.constantFrom('drop', 'add', 'spoil'), HOSTILE)
    .map(([drawn, at, how, hostile]) => {
      // The generator may return the same object again, so change a copy.
      const value = structuredClone(drawn);
      const spots = spotsOf(value);
      const spot = spots[at % spots.length];
      if (spot === undefined) return hostile;
      const { holder, name } = spot;
      if (how === 'drop') delete holder[name];
      else holder[how === 'add' ? `${name}x` : name] = hostile;
      return value;
    });

interface Spot {
  holder: Record<string, unknown>;
  name: string;
}

const spotsOf = (value: unknown): Spot[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [
        { holder: value as Record<string, unknown>, name },
        ...spotsOf(inner),
      ]);
