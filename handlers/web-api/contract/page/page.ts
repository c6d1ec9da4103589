import { createHash } from 'node:crypto';
import type { OpenApiDocument } from '#handlers/web-api/contract/openapi.ts';
import { html, type Markup, prose } from '#lib/platform/markup.ts';
import { operationView } from './operation.ts';
import { namedSchemaView } from './schema.ts';
import { STYLE } from './style.ts';

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');

/** The content security policy of the page. It allows only its own style: no scripts, requests, forms or frames. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_DIGEST}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The contract as an HTML page that loads no other resource. */
export const pageOf = ({ info, tags, paths, components }: OpenApiDocument): string => {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = tags.map((tag) => ({
    ...tag,
    operations: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const body: Markup = html`<h1>${info.title}</h1>
${prose(info.description)}
<p>For programs: <a href="openapi.json">openapi.json</a>, OpenAPI 3.1.</p>
<nav>${groups.map(
    ({ name, operations }) =>
      html`<h2><a href="#tag-${name}">${name}</a></h2><ul>${operations.map(
        ({ method, path, operation }) =>
          html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></a></li>`,
      )}</ul>`,
  )}</nav>
${groups.map(
  ({ name, description, operations }) => html`<h2 id="tag-${name}">${name}</h2><p>${description}</p>
${operations.map(({ method, path, operation }) => operationView(method, path, operation, components))}`,
)}
<h2 id="schemas">schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => namedSchemaView(name, schema))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<style>${STYLE}</style>
</head>
<body>
${body.markup}
</body>
</html>
`;
};
