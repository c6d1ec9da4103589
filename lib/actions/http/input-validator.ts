import * as z from 'zod/mini';
import type { ClosedInput, ClosedPart, EndpointField } from './endpoint-input.ts';

/**
 * The schema of zod for the input of an endpoint. zod's own `fromJSONSchema` does the same for all keywords of JSON Schema,
 * and a test compares the two. It is not used here because it needs all of zod: even behind an `import()`, 86 KB more would
 * be loaded during INIT of each function that has the catalogue.
 */
export const inputValidator = ({ properties, required }: ClosedInput): z.ZodMiniType =>
  closedObject(properties, required, partValidator);

const partValidator = ({ properties, required }: ClosedPart): z.ZodMiniType =>
  closedObject(properties, required, fieldValidator);

const closedObject = <Schema>(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  validatorOf: (schema: Schema) => z.ZodMiniType,
): z.ZodMiniType =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => {
        const validator = validatorOf(schema);
        return [name, required.includes(name) ? validator : z.optional(validator)];
      }),
    ),
  );

type Field = EndpointField | Extract<EndpointField, { type: 'array' }>['items'];

const fieldValidator = (field: Field): z.ZodMiniType => {
  switch (field.type) {
    case 'string': {
      const { minLength = 0, maxLength = Infinity } = field;
      if (field.enum !== undefined) return z.enum(field.enum);
      return z.string().check(z.minLength(minLength), z.maxLength(maxLength));
    }
    case 'number':
    case 'integer': {
      const { minimum = -Infinity, maximum = Infinity } = field;
      if (field.enum !== undefined) return z.literal(field.enum);
      const number = field.type === 'integer' ? z.int() : z.number();
      return number.check(z.minimum(minimum), z.maximum(maximum));
    }
    case 'boolean':
      return z.boolean();
    case 'array': {
      const { minItems = 0, maxItems = Infinity } = field;
      const items = z.array(fieldValidator(field.items));
      return items.check(z.minLength(minItems), z.maxLength(maxItems));
    }
  }
};
