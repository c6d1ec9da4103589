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
 * Every answer of an operation by its status: its own, those of its error codes, and the gateway's.
 * @param shared answers that are the same for many operations; what is missing there is added
 */
export const responsesOf = (
  contract: OperationContract,
  kind: Kind,
  shared: Record<string, OpenApiResponse>,
): Record<string, OpenApiResponse | Reference> => {
  const refusals = Map.groupBy(new Set(errorsOf(contract, kind)), statusOf);
  const gateway = kind.isPublic ? [429] : GATEWAY_RESPONSES.map(({ status }) => status);
  const own = Object.keys(contract.responses).map(Number);
  const statuses = [...new Set([...own, ...refusals.keys(), ...gateway])].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = refusals.get(status) ?? [];
      const fromGateway = GATEWAY_RESPONSES.find(
        (one) => one.status === status && gateway.includes(status),
      );
      const refusal = refusalOf(codes, fromGateway);
      const text = contract.responses[status];
      if (text !== undefined)
        return [status, { ...merged(successOf(text, kind), refusal), ...linksOf(status, text) }];
      const name = [...codes, ...(fromGateway ? ['gateway'] : [])].map(pascal).join('Or');
      if (refusal !== undefined) shared[name] = refusal;
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
};

const headersOf = (names: readonly HeaderName[]): Record<string, Reference> =>
  Object.fromEntries(
    (['X-Correlation-ID', ...names] as const).map((name) => [name, headerRef(name)]),
  );

const successOf = (
  { description, headers = [], content }: ResponseText,
  { takesKey }: Kind,
): OpenApiResponse => ({
  description,
  headers: headersOf([...headers, ...(takesKey ? (['Idempotency-Replayed'] as const) : [])]),
  ...(content && { content: contentOf(content, description) }),
});

/** Where one of each shape is found: what is made there can be asked for by its id. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  Message: '/api/messages',
  Schedule: '/api/schedules',
};

/** From what a request made to every operation on it. */
const linksOf = (status: number, { content }: ResponseText): Pick<OpenApiResponse, 'links'> => {
  const collection = content && 'shape' in content ? COLLECTIONS[content.shape.name] : undefined;
  if (collection === undefined || (status !== 201 && status !== 202)) return {};
  const routes = API_ROUTES.filter(({ path }) => path.startsWith(`${collection}/{id}`));
  const description = 'With the `id` of what was made.';
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
    return { [type]: { schema, examples: { answer: { summary, value: example } } } };
  }
  const { shape, example = shape.example } = content;
  const schema: JsonSchema = schemaRef(shape.name);
  return { [JSON_TYPE]: { schema, examples: { answer: { summary, value: example } } } };
};

const refusalOf = (
  codes: readonly ApiErrorCode[],
  fromGateway: (typeof GATEWAY_RESPONSES)[number] | undefined,
): OpenApiResponse | undefined => {
  if (codes.length === 0 && fromGateway === undefined) return undefined;
  const ours: JsonSchema = {
    type: 'object',
    properties: {
      error: { ...schemaRef(ERROR.name), properties: { code: { enum: [...codes] } } },
    },
    required: ['error'],
  };
  const theirs = schemaRef(GATEWAY_ERROR.name);
  const schemas = [...(codes.length > 0 ? [ours] : []), ...(fromGateway ? [theirs] : [])];
  const [only] = schemas;
  const examples: Examples = Object.fromEntries(codes.map((code) => [code, exampleOf(code)]));
  if (fromGateway) {
    const { message, when } = fromGateway;
    examples.gateway = { summary: `The gateway: ${when}`, value: { message } };
  }
  const lines = codes.map((code) => `\`${code}\`: ${ERRORS[code].when}`);
  if (fromGateway) lines.push(`The gateway itself: ${fromGateway.when}`);
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

/** One status, two reasons: what the operation says with it, and what any operation may say. */
const merged = (own: OpenApiResponse, refusal: OpenApiResponse | undefined): OpenApiResponse => {
  const mine = own.content?.[JSON_TYPE];
  const other = refusal?.content?.[JSON_TYPE];
  if (refusal === undefined || mine === undefined || other === undefined) return own;
  return {
    description: `${own.description}\n\n${refusal.description}`,
    headers: { ...own.headers, ...refusal.headers },
    content: {
      [JSON_TYPE]: {
        schema: { anyOf: [mine.schema, other.schema] },
        examples: { ...mine.examples, ...other.examples },
      },
    },
  };
};

/** `UNAUTHORIZED` as part of a component's name: `Unauthorized`. */
const pascal = (code: string): string =>
  code.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
