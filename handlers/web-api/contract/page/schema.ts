import type { JsonSchema } from '#handlers/web-api/contract/model.ts';
import { html, inline, json, type Markup } from '#lib/platform/markup.ts';

/** The properties of a schema, each with its type, limits and description. */
export const schemaView = (schema: JsonSchema): Markup => {
  const options = schema.oneOf ?? schema.anyOf;
  if (schema.$ref !== undefined) return html`<p>${typeOf(schema)}</p>`;
  if (options?.every(({ $ref }) => $ref !== undefined)) {
    return html`<p>One of ${listed(options.map(typeOf), ', ')}.</p>`;
  }
  return html`<dl>${Object.entries(schema.properties ?? {}).map(([name, property]) =>
    propertyView(name, property, schema.required?.includes(name) ?? false),
  )}</dl>`;
};

const propertyView = (name: string, property: JsonSchema, isRequired: boolean): Markup => {
  const inner = [property, property.items ?? {}, ...(property.anyOf ?? [])].find(
    (one) => one.properties !== undefined,
  );
  return html`<dt><code>${name}</code> <span class="type">${typeOf(property)}${
    isRequired ? '' : ', optional'
  }</span></dt>
<dd>${inline(property.description ?? '')} ${limitsOf(property)}${inner === undefined ? '' : schemaView(inner)}</dd>`;
};

/** The type of a value in words, or as a link to a named schema. */
export const typeOf = ({ $ref, type, items, anyOf, const: only, format }: JsonSchema): Markup => {
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (anyOf !== undefined) return listed(anyOf.map(typeOf), ' or ');
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`;
  if (items !== undefined) return html`list of ${typeOf(items)}`;
  const words = [type ?? 'any'].flat().map((word) => WORDS[word] ?? word);
  return html`${words.join(' or ')}${typeof format === 'string' ? ` (${format})` : ''}`;
};

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'list',
  boolean: 'true or false',
  integer: 'whole number',
};

const listed = (all: readonly Markup[], between: string): Markup =>
  html`${all.map((one, index) => html`${index === 0 ? '' : between}${one}`)}`;

const LIMITS = {
  enum: 'one of',
  pattern: 'pattern',
  minimum: 'at least',
  maximum: 'at most',
  minLength: 'characters at least',
  maxLength: 'characters at most',
  minItems: 'entries at least',
  maxItems: 'entries at most',
  default: 'without it',
} as const;

/** The limits of a value. */
export const limitsOf = (schema: JsonSchema): Markup => {
  const all = Object.entries(LIMITS).filter(([keyword]) => schema[keyword] !== undefined);
  if (all.length === 0) return html``;
  return html`<span class="limits">${all.map(
    ([keyword, words]) =>
      html`${words}: ${[schema[keyword]].flat().map((value) => html`<code>${String(value)}</code> `)}`,
  )}</span>`;
};

/** A named schema with its example. */
export const namedSchemaView = (name: string, schema: JsonSchema): Markup => {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  return html`<section id="schema-${name}"><h3>${name}</h3>
<p>${inline(schema.description ?? '')}</p>
${schemaView(schema)}
<details><summary>Example</summary>${json(example)}</details></section>`;
};
