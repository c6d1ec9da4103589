import type {
  Content,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
  Reference,
} from '#handlers/web-api/contract/openapi.ts';
import { html, inline, json, type Markup, prose } from '#lib/platform/markup.ts';
import { limitsOf, schemaView, typeOf } from './schema.ts';

type Components = OpenApiDocument['components'];

/** An operation with its parameters, body and responses. */
export const operationView = (
  method: string,
  path: string,
  operation: OpenApiOperation,
  components: Components,
): Markup => html`<section id="${operation.operationId}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p class="summary">${operation.summary} <span class="role">${operation['x-role']}</span></p>
${prose(operation.description)}
<h4>Parameters</h4>
<dl>${operation.parameters.map((one) => parameterView(found(one, components.parameters)))}</dl>
${bodyView(operation)}
<h4>Responses</h4>
${Object.entries(operation.responses).map(([status, response]) =>
  responseView(status, found(response, components.responses)),
)}
</section>`;

const parameterView = ({
  name,
  in: place,
  required,
  description,
  schema,
  example,
}: OpenApiParameter): Markup => html`<dt><code>${name}</code> <span class="type">${place}, ${typeOf(schema)}${
  required ? '' : ', optional'
}</span></dt>
<dd>${inline(description)} ${limitsOf(schema)} <span class="limits">for example <code>${String(example)}</code></span></dd>`;

const bodyView = ({ requestBody }: OpenApiOperation): Markup =>
  requestBody === undefined
    ? html``
    : html`<h4>Body${requestBody.required ? '' : ', optional'}</h4>${contentView(requestBody.content)}`;

const responseView = (status: string, { description, headers, content }: OpenApiResponse): Markup =>
  html`<details class="response"><summary><strong>${status}</strong> ${gist(description)}</summary>
${prose(description)}
<p class="type">Headers: ${Object.keys(headers).map((name) => html`<code>${name}</code> `)}</p>
${content === undefined ? '' : contentView(content)}</details>`;

/** The summary of a response that is folded up: its first sentence, or its error codes if there are several. */
const gist = (description: string): Markup => {
  const sentences = description.split('\n\n');
  const codes = sentences.flatMap((sentence) => /^`[A-Z_]+`(?=:)/.exec(sentence) ?? []);
  return inline(codes.length > 1 ? codes.join(', ') : (sentences[0] ?? ''));
};

const contentView = (content: Content): Markup =>
  html`${Object.entries(content).map(
    ([type, { schema, examples = {} }]) => html`<p class="type">${type}</p>${schemaView(schema)}
${Object.values(examples).map(
  ({ summary, value }) =>
    html`<details><summary>Example: ${inline(summary)}</summary>${json(value)}</details>`,
)}`,
  )}`;

const found = <Thing extends object>(
  thing: Thing | Reference,
  components: Record<string, Thing>,
): Thing => {
  if (!('$ref' in thing)) return thing;
  const named = components[thing.$ref.split('/').at(-1) ?? ''];
  if (named === undefined) throw new Error(`${thing.$ref} does not exist`);
  return named;
};
