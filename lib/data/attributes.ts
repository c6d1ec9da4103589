import { $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { type AnySchema, any } from 'dynamodb-toolbox/schema/any';
import { type BooleanSchema, boolean } from 'dynamodb-toolbox/schema/boolean';
import { type NumberSchema, number } from 'dynamodb-toolbox/schema/number';
import { type StringSchema, string } from 'dynamodb-toolbox/schema/string';
import * as z from 'zod/mini';

type Fields = Readonly<Record<string, z.ZodMiniType>>;

type KeyProps = { key: true; required: 'always' };
type OptionalProps = { required: 'never' };
type Props = KeyProps | OptionalProps | Record<never, never>;

/** The attribute that stores values of this type. */
type AttributeOf<Value, Is extends Props> = [Value] extends [string]
  ? StringSchema<string extends Value ? Is : Is & { enum: Value[] }>
  : [Value] extends [number]
    ? NumberSchema<Is>
    : [Value] extends [boolean]
      ? BooleanSchema<Is>
      : AnySchema<Is & { castAs: Value }>;

type AttributesOf<Shape extends Fields, Key> = {
  [Name in keyof Shape]: Name extends Key
    ? AttributeOf<z.output<Shape[Name]>, KeyProps>
    : Shape[Name] extends z.ZodMiniOptional<infer Inner>
      ? AttributeOf<z.output<Inner>, OptionalProps>
      : AttributeOf<z.output<Shape[Name]>, Record<never, never>>;
};

/**
 * The attributes of an entity, derived from the zod schema of its record, so that a record has one definition. Texts,
 * numbers, booleans and enums keep their type; anything else becomes `any()`, because zod checks it at the edge.
 * @param keys the fields that are the primary key
 */
export const attributesOf = <Shape extends Fields, Key extends keyof Shape & string>(
  { shape }: { shape: Shape },
  keys: readonly Key[],
): AttributesOf<Shape, Key> => {
  const isKey = (name: string) => keys.some((key) => key === name);
  const attributes = Object.entries(shape).map(([name, field]) => {
    const attribute = attributeOf(field);
    return [name, isKey(name) ? attribute.key() : attribute];
  });
  return Object.fromEntries(attributes) as AttributesOf<Shape, Key>;
};

type OptionalNames<Shape extends Fields> = {
  [Name in keyof Shape]: Shape[Name] extends z.ZodMiniOptional ? Name : never;
}[keyof Shape];

/**
 * Removes every optional field of a record. An update that sets the fields of a record after these removals replaces the
 * whole record: `{ ...removals, ...record }`.
 */
export const removalsOf = <Shape extends Fields>({ shape }: { shape: Shape }) =>
  Object.fromEntries(
    Object.entries(shape)
      .filter(([, field]) => field instanceof z.ZodMiniOptional)
      .map(([name]) => [name, $remove()]),
  ) as Record<OptionalNames<Shape>, ReturnType<typeof $remove>>;

const attributeOf = (field: z.core.$ZodType) => {
  if (field instanceof z.ZodMiniOptional)
    return requiredAttributeOf(field.def.innerType).optional();
  return requiredAttributeOf(field);
};

const requiredAttributeOf = (field: z.core.$ZodType) => {
  if (field instanceof z.ZodMiniEnum) return string().enum(...field.options.map(String));
  if (field instanceof z.ZodMiniString) return string();
  if (field instanceof z.ZodMiniNumber) return number();
  if (field instanceof z.ZodMiniBoolean) return boolean();
  return any();
};
