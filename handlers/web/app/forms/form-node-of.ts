import type { FormNode, NodeBase } from './form-node.ts';
import { type FormSchema, type ResolvedSchema, resolvedSchema } from './form-schema.ts';
import { limitTexts } from './limit-texts.ts';

export interface NodeOptions {
  label: string;
  isRequired: boolean;
  /** The document that references begin in. */
  root: unknown;
}

const LONG_TEXTS = /^(message|prompt|description|body|text)$/i;
const LONG_FROM = 300;

/** What a form shows for a schema. */
export const formNodeOf = (schema: FormSchema, options: NodeOptions): FormNode => {
  const { label, isRequired, root } = options;
  const resolved = resolvedSchema(schema, root);
  const help = resolved?.description ?? schema.description;
  const base = {
    label,
    isRequired,
    help,
    // A description often names the limit already.
    limits:
      resolved === undefined ? [] : limitTexts(resolved).filter((text) => !help?.includes(text)),
  };
  if (resolved === undefined) return { ...base, kind: 'json', isObject: false };
  const values = choicesOf(resolved, root);
  if (values !== undefined) return { ...base, kind: 'choice', values };
  const alternatives = alternativesOf(resolved).map((one) => ({ ...sharedBy(resolved), ...one }));
  const [only] = alternatives;
  if (only === undefined) return singleNode(resolved, base, options);
  if (alternatives.length === 1) return { ...formNodeOf(only, options), help: base.help };
  return { ...base, kind: 'union', options: alternatives.map((one) => optionOf(one, root)) };
};

const optionOf = (schema: FormSchema, root: unknown): FormNode => {
  const node = formNodeOf(schema, { label: 'Text', isRequired: true, root });
  return { ...node, label: OPTION_LABELS[node.kind] };
};

const OPTION_LABELS: Readonly<Record<FormNode['kind'], string>> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  choice: 'A fixed value',
  object: 'Fields',
  list: 'List',
  union: 'Other',
  json: 'JSON',
};

/** The keywords that alternatives share with their schema. Texts and the default belong to the whole. */
const sharedBy = (schema: ResolvedSchema): FormSchema => {
  const { anyOf, oneOf, description, examples, default: byDefault, patterns, ...shared } = schema;
  return shared;
};

/** The shapes that the value can have; a list of types counts as one shape per type. */
const alternativesOf = (schema: ResolvedSchema): readonly FormSchema[] => {
  const { anyOf = schema.oneOf ?? [], type } = schema;
  if (anyOf.length > 0) return anyOf;
  return Array.isArray(type) ? type.map((one) => ({ ...schema, type: one })) : [];
};

/** The values if the schema lists all that are allowed. */
const choicesOf = (schema: ResolvedSchema, root: unknown): readonly unknown[] | undefined => {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  if (schema.type === 'null') return [null];
  const { anyOf = schema.oneOf ?? [] } = schema;
  const parts = anyOf.map((one) => {
    const part = resolvedSchema(one, root);
    return part && choicesOf(part, root);
  });
  return parts.length === 0 || parts.includes(undefined)
    ? undefined
    : parts.flatMap((values) => values ?? []);
};

const singleNode = (
  schema: ResolvedSchema,
  base: NodeBase,
  { label, root }: NodeOptions,
): FormNode => {
  switch (schema.type) {
    case 'string': {
      const { patterns, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
      const isLong =
        LONG_TEXTS.test(label) ||
        (maxLength >= LONG_FROM && Number.isFinite(maxLength) && format === undefined);
      return { ...base, kind: 'text', format, isLong, minLength, maxLength, patterns };
    }
    case 'number':
    case 'integer': {
      const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
      return { ...base, kind: 'number', isInteger: schema.type === 'integer', minimum, maximum };
    }
    case 'boolean':
      return { ...base, kind: 'boolean' };
    case 'array': {
      const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
      const item = formNodeOf(items, { label, isRequired: true, root });
      return { ...base, kind: 'list', item, minItems, maxItems };
    }
    case 'object':
      return objectNode(schema, base, root);
    default:
      return { ...base, kind: 'json', isObject: false };
  }
};

const objectNode = (schema: FormSchema, base: NodeBase, root: unknown): FormNode => {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const isOpen = additionalProperties !== false;
  const entries = Object.entries(properties);
  if (entries.length === 0 && isOpen) return { ...base, kind: 'json', isObject: true };
  const fields = entries.map(([name, property]) => ({
    name,
    node: formNodeOf(property, {
      label: labelOf(name),
      isRequired: required.includes(name),
      root,
    }),
  }));
  return { ...base, kind: 'object', fields, isOpen };
};

/** `max_total_cents` → `Max total cents` */
export const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ').replace(/\b(url|id)\b/g, (word) => word.toUpperCase());
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};
