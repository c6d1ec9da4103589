/** The keywords of JSON Schema from which a form is made. Source: JSON Schema, draft 2020-12. */
export interface FormSchema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  properties?: Readonly<Record<string, FormSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | FormSchema;
  items?: FormSchema;
  anyOf?: readonly FormSchema[];
  oneOf?: readonly FormSchema[];
  allOf?: readonly FormSchema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
}

/** A schema without references, and the patterns of all its parts. */
export interface ResolvedSchema extends FormSchema {
  patterns: readonly string[];
}

/**
 * The schema that a reference leads to, with the keywords of its `allOf`. `undefined` when it contains itself: no form can
 * show all of it.
 * @param root the document that references begin in
 */
export const resolvedSchema = (schema: FormSchema, root: unknown): ResolvedSchema | undefined => {
  if (schema.$ref !== undefined) {
    const { $ref, ...own } = schema;
    const target = targetOf($ref, root);
    if (JSON.stringify(target).includes(JSON.stringify($ref))) return undefined;
    return resolvedSchema({ ...target, ...own }, root);
  }
  const { allOf = [], ...own } = schema;
  const parts = allOf.map((part) => resolvedSchema(part, root));
  if (parts.includes(undefined)) return undefined;
  const patterns = [own.pattern, ...parts.flatMap((part) => part?.patterns ?? [])];
  return Object.assign({}, ...parts, own, {
    patterns: [...new Set(patterns.filter((one) => one !== undefined))],
  });
};

/** What a reference such as `#/components/schemas/NewManual` leads to; a schema that accepts everything if that is missing. */
const targetOf = (reference: string, root: unknown): FormSchema => {
  const names = reference.split('/').slice(1);
  return names.reduce<unknown>(
    (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : {}),
    root,
  ) as FormSchema;
};

/** Whether it is a JSON object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
