import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { type ApiErrorCode, statusOf } from '#middleware/http-errors.ts';
import { ERRORS, errorsOf, GATEWAY_RESPONSES, type Kind } from './errors.ts';
import { type HeaderName, headerRef } from './headers.ts';
import { schemaRef } from './json-schema.ts';
import type { JsonSchema, OperationContract, ResponseText } from './model.ts';
import type { Content, Examples, OpenApiResponse, Reference } from './openapi.ts';
import { ERROR, GATEWAY_ERROR } from './shapes/errors.ts';

const JSON_TYPE = 'application/json';

/**
 * Every response of an operation by its status: its own, those of its error codes, and those of the gateway.
 * @param shared responses that are the same for many operations. Missing ones are added.
 */
export const responsesOf = (
  contract: OperationContract,
  kind: Kind,
  shared: Record<string, OpenApiResponse>,
): Record<string, OpenApiResponse | Reference> => {
  const errors = Map.groupBy(new Set(errorsOf(contract, kind)), statusOf);
  const gateway = kind.isPublic ? [429] : GATEWAY_RESPONSES.map(({ status }) => status);
  const own = Object.keys(contract.responses).map(Number);
  const statuses = [...new Set([...own, ...errors.keys(), ...gateway])].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = errors.get(status) ?? [];
      const fromGateway = GATEWAY_RESPONSES.find(
        (one) => one.status === status && gateway.includes(status),
      );
      const error = errorResponse(codes, fromGateway);
      const text = contract.responses[status];
      if (text !== undefined)
        return [
          status,
          { ...merged(successResponse(text, kind), error), ...linksOf(status, text) },
        ];
      const name = [...codes, ...(fromGateway ? ['gateway'] : [])].map(pascal).join('Or');
      if (error !== undefined) shared[name] = error;
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
};

const headersOf = (names: readonly HeaderName[]): Record<string, Reference> =>
  Object.fromEntries(
    (['X-Correlation-ID', ...names] as const).map((name) => [name, headerRef(name)]),
  );

const successResponse = (
  { description, headers = [], content }: ResponseText,
  { takesKey }: Kind,
): OpenApiResponse => ({
  description,
  headers: headersOf([...headers, ...(takesKey ? (['Idempotency-Replayed'] as const) : [])]),
  ...(content && { content: contentOf(content, description) }),
});

/** The path of the resources of each shape. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  Message: '/api/messages',
  Schedule: '/api/schedules',
};

/** Links from a new resource to every operation on it. */
const linksOf = (status: number, { content }: ResponseText): Pick<OpenApiResponse, 'links'> => {
  const collection = content && 'shape' in content ? COLLECTIONS[content.shape.name] : undefined;
  if (collection === undefined || (status !== 201 && status !== 202)) return {};
  const routes = API_ROUTES.filter(({ path }) => path.startsWith(`${collection}/{id}`));
  const description = 'The parameter is the `id` of the new resource.';
  const parameters = { id: '$response.body#/id' };
  return {
    links: Object.fromEntries(
      routes.map(({ id }) => [id, { operationId: id, description, parameters }]),
    ),
  };
};

const contentOf = (content: NonNullable<ResponseText['content']>, summary: string): Content => {
  if ('type' in content) {
    const { type, schema, example } = content;
    return { [type]: { schema, examples: { response: { summary, value: example } } } };
  }
  const { shape, example = shape.example } = content;
  const schema: JsonSchema = schemaRef(shape.name);
  return { [JSON_TYPE]: { schema, examples: { response: { summary, value: example } } } };
};

const errorResponse = (
  codes: readonly ApiErrorCode[],
  fromGateway: (typeof GATEWAY_RESPONSES)[number] | undefined,
): OpenApiResponse | undefined => {
  if (codes.length === 0 && fromGateway === undefined) return undefined;
  const apiError: JsonSchema = {
    type: 'object',
    properties: {
      error: { ...schemaRef(ERROR.name), properties: { code: { enum: [...codes] } } },
    },
    required: ['error'],
  };
  const gatewayError = schemaRef(GATEWAY_ERROR.name);
  const schemas = [...(codes.length > 0 ? [apiError] : []), ...(fromGateway ? [gatewayError] : [])];
  const [only] = schemas;
  const examples: Examples = Object.fromEntries(codes.map((code) => [code, exampleOf(code)]));
  if (fromGateway) {
    const { message, when } = fromGateway;
    examples.gateway = { summary: `The gateway: ${when}`, value: { message } };
  }
  const lines = codes.map((code) => `\`${code}\`: ${ERRORS[code].when}`);
  if (fromGateway) lines.push(`The gateway: ${fromGateway.when}`);
  return {
    description: lines.join('\n\n'),
    headers:
      codes.length === 0 ? {} : headersOf(codes.flatMap((code) => ERRORS[code].headers ?? [])),
    content: {
      [JSON_TYPE]: { schema: schemas.length === 1 && only ? only : { anyOf: schemas }, examples },
    },
  };
};

const exampleOf = (code: ApiErrorCode) => {
  const { when, message, details } = ERRORS[code];
  const error = { code, message, ...(details && { details }), correlation_id: 'weekly-report-7' };
  return { summary: when, value: { error } };
};

/** The response for a status that an operation uses both for its own response and for an error. */
const merged = (own: OpenApiResponse, error: OpenApiResponse | undefined): OpenApiResponse => {
  const ownContent = own.content?.[JSON_TYPE];
  const errorContent = error?.content?.[JSON_TYPE];
  if (error === undefined || ownContent === undefined || errorContent === undefined) return own;
  return {
    description: `${own.description}\n\n${error.description}`,
    headers: { ...own.headers, ...error.headers },
    content: {
      [JSON_TYPE]: {
        schema: { anyOf: [ownContent.schema, errorContent.schema] },
        examples: { ...ownContent.examples, ...errorContent.examples },
      },
    },
  };
};

/** `UNAUTHORIZED` as a part of the name of a component: `Unauthorized`. */
const pascal = (code: string): string =>
  code.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
