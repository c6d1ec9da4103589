import { createHash } from 'node:crypto';
import type { PublicDocument, PublishedContract } from '#handlers/web-api/operation.ts';
import { DOCUMENTED_HEADERS } from './headers.ts';
import { parametersOf, schemaRef, schemasOf } from './json-schema.ts';
import { type ParameterText, type Shape, TAGS } from './model.ts';
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi.ts';
import { OVERVIEW } from './overview.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';
import { responsesOf } from './responses.ts';
import { ERROR, GATEWAY_ERROR } from './shapes/errors.ts';
import { JSON_VALUE, JSON_VALUE_NAME } from './shapes/json-value.ts';
import { type DocumentedRoute, documentedRoutes } from './typed-routes.ts';

const CORRELATION: OpenApiParameter = {
  name: 'X-Correlation-ID',
  in: 'header',
  required: false,
  description:
    'The id that all messages and log lines of the request share: 1 to 64 letters, digits, `_` and `-`. A malformed value is replaced. The response contains the id.',
  // A malformed value is replaced, not rejected. Therefore the schema has no pattern.
  schema: { type: 'string' },
  example: DOCUMENTED_HEADERS['X-Correlation-ID'].example,
};

const IDEMPOTENCY_KEY: OpenApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes it safe to repeat the request. For 24 hours, the same key with the same body returns the first response, and nothing is done twice. Each caller and operation has its own keys.',
  schema: { type: 'string', pattern: '^[ -~]{1,128}$' },
  example: 'weekly-report-2026-09',
};

const REQUIRED_IDEMPOTENCY_KEY: OpenApiParameter = {
  ...IDEMPOTENCY_KEY,
  required: true,
  description: `Required, because the action cannot be undone. ${IDEMPOTENCY_KEY.description}`,
};

/** Relative to `/api/openapi.json`, because a deployment does not know its address. Source: OpenAPI 3.1, 4.6. */
const SERVER = '..';

/**
 * The contract of the API as OpenAPI 3.1, generated from the schemas that validate requests and from the texts in `entries`.
 * @throws Error for a text without a parameter, and for a parameter without a text
 */
export const openApiDocument = (): OpenApiDocument => {
  const routes = documentedRoutes();
  const shared: Record<string, OpenApiResponse> = {};
  const paths: OpenApiDocument['paths'] = {};
  for (const one of routes) {
    const { method, path } = one.route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: documented(one, shared) };
  }
  const written = JSON.stringify([paths, shared]);
  return {
    openapi: '3.1.0',
    info: OVERVIEW,
    servers: [{ url: SERVER, description: 'The deployment that published this document.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: {
        ...schemasOf(bodies(routes), 'input'),
        [JSON_VALUE_NAME]: JSON_VALUE,
        ...schemasOf([...responses(routes), ERROR, GATEWAY_ERROR], 'output'),
      },
      responses: shared,
      parameters: {
        CorrelationID: CORRELATION,
        ...(written.includes('/IdempotencyKey"') ? { IdempotencyKey: IDEMPOTENCY_KEY } : {}),
        ...(written.includes('/RequiredIdempotencyKey"')
          ? { RequiredIdempotencyKey: REQUIRED_IDEMPOTENCY_KEY }
          : {}),
      },
      headers: Object.fromEntries(
        Object.entries(DOCUMENTED_HEADERS)
          .map(([name, header]) => [name.replaceAll('-', ''), header] as const)
          .filter(([name]) => written.includes(`"#/components/headers/${name}"`)),
      ),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The access token of a signed-in user.',
        },
      },
    },
  };
};

/** The contract as the API publishes it: as JSON and as a page. */
export const publishContract = (): PublishedContract => {
  const document = openApiDocument();
  return {
    json: published(JSON.stringify(document), { 'Content-Type': 'application/json' }),
    page: published(pageOf(document), {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
    }),
  };
};

const published = (text: string, headers: PublicDocument['headers']): PublicDocument => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url')}"`,
  headers,
});

const documented = (
  { route: { id, path, role, operation }, contract, servedBy, requiresKey }: DocumentedRoute,
  shared: Record<string, OpenApiResponse>,
): OpenApiOperation => {
  const { tag, summary, description, body, optionalSignIn } = contract;
  const isPublic = role === 'public';
  const bearer = { bearer: [] };
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inPath = pathNames.map((name) => ({ name, required: true, schema: { type: 'string' } }));
  const headers = Object.keys(contract.headers ?? {});
  const inHeaders = headers.map((name) => ({ name, required: false, schema: { type: 'string' } }));
  const takesBody = operation.body !== undefined;
  const takesKey = operation.takesKey === true;
  const keyName = requiresKey ? 'RequiredIdempotencyKey' : 'IdempotencyKey';
  if (takesBody !== (body !== undefined))
    throw new Error(`${id} and its contract differ in the body`);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: isPublic && !optionalSignIn ? [] : optionalSignIn ? [{}, bearer] : [bearer],
    'x-role': role,
    ...(servedBy === undefined ? {} : { 'x-served-by': servedBy }),
    parameters: [
      ...explained(id, 'path', inPath, contract.path),
      ...explained(id, 'query', parametersOf(operation.query), contract.query),
      ...explained(id, 'header', inHeaders, contract.headers),
      ...(takesKey ? [{ $ref: `#/components/parameters/${keyName}` }] : []),
      { $ref: '#/components/parameters/CorrelationID' },
    ],
    ...(body && {
      requestBody: {
        required: operation.isBodyOptional !== true,
        content: {
          'application/json': {
            schema: schemaRef(body.shape.name),
            examples: { ...body.examples },
          },
        },
      },
    }),
    responses: responsesOf(
      contract,
      { isPublic: isPublic && !optionalSignIn, takesBody, takesKey },
      shared,
    ),
  };
};

const explained = (
  id: string,
  place: OpenApiParameter['in'],
  parameters: readonly Pick<OpenApiParameter, 'name' | 'required' | 'schema'>[],
  texts: Readonly<Record<string, ParameterText>> = {},
): OpenApiParameter[] => {
  const unknown = Object.keys(texts).filter(
    (name) => !parameters.some((parameter) => parameter.name === name),
  );
  if (unknown.length > 0) throw new Error(`${id} has no ${place} parameter ${unknown.join(', ')}`);
  return parameters.map(({ name, required, schema }) => {
    const text = texts[name];
    if (text === undefined)
      throw new Error(`${id} does not explain its ${place} parameter ${name}`);
    const { description, example, schema: more } = text;
    return { name, in: place, required, description, schema: { ...schema, ...more }, example };
  });
};

/** The shapes of requests. */
const bodies = (routes: readonly DocumentedRoute[]): Shape[] =>
  unique(
    routes.flatMap(({ route: { operation }, contract: { body } }) => {
      const schema = body?.schema ?? operation.body;
      if (body === undefined || schema === undefined) return [];
      const [example] = Object.values(body.examples);
      return [{ ...body.shape, schema, example: example?.value }, ...(body.shape.parts ?? [])];
    }),
  );

/** The shapes of responses. */
const responses = (routes: readonly DocumentedRoute[]): Shape[] =>
  unique(
    routes.flatMap(({ contract }) =>
      Object.values(contract.responses).flatMap(({ content }) =>
        content !== undefined && 'shape' in content
          ? [content.shape, ...(content.shape.parts ?? [])]
          : [],
      ),
    ),
  );

const unique = (shapes: readonly Shape[]): Shape[] => [
  ...new Map(shapes.map((shape) => [shape.name, shape])).values(),
];
