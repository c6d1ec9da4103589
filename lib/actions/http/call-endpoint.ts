import * as z from 'zod/mini';
import { type ActionConfiguration, defineOperation } from '#lib/actions/action.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { AppError } from '#lib/platform/errors.ts';
import { cleanLine, cleanText, shortened } from '#lib/platform/text.ts';
import { buildRequest, type EndpointRequest } from './build-request.ts';
import { checkEndpointInput, type RequestParts } from './check-input.ts';
import { type Endpoint, EndpointName, parseEndpoint } from './endpoint.ts';
import { readAnswer } from './read-answer.ts';
import { refusalReason } from './refusal-reason.ts';

const MAX_SHOWN_CHARS = 1_000;

const VALUE = 'must be a text, a number, true or false';
const scalar = z.union([z.string(), z.number(), z.boolean()], VALUE);
const values = z.union([scalar, z.array(scalar)], `${VALUE}, or a list of these`);

const Input = z.strictObject({
  endpoint: EndpointName.check(z.describe('The name of a configured endpoint.')),
  path: z.optional(
    z.record(z.string(), scalar).check(z.describe('The values of the names in the path.')),
  ),
  query: z.optional(z.record(z.string(), values).check(z.describe('The values of the query.'))),
  body: z.optional(
    z.record(z.string(), values).check(z.describe('The properties of the body, sent as JSON.')),
  ),
});

const Output = z.strictObject({
  endpoint: z.string().check(z.describe('The name of the endpoint.')),
  title: z.string().check(z.describe('The title of the endpoint.')),
  status: z.int().check(z.describe('The status of the response, 200 to 299.')),
  format: z.enum(['json', 'text']).check(z.describe('How to read the answer.')),
  answer: z
    .unknown()
    .check(z.describe('The answer of the service: a JSON value, or a text. At most 50 KB.')),
});

/** Calls a service that an operator configured. At least once: the service gets the message's id as `Idempotency-Key`. */
export const callEndpoint = defineOperation({
  action: 'http',
  operation: 'call',
  title: 'Call an endpoint',
  description:
    'Calls a service that an operator configured as an endpoint, such as a home server or a webhook, and returns its answer.',
  input: Input,
  output: Output,
  examples: [
    { endpoint: 'kitchen-light', path: { state: 'on' }, body: { brightness: 40 } },
    { endpoint: 'stock-price', query: { symbol: ['ABC', 'XYZ'] } },
  ],
  effect: 'reversible',
  effectOf: async ({ endpoint }, configuration) =>
    (await requireEndpoint(endpoint, configuration)).effect,
  needsApproval: async ({ endpoint }, configuration) =>
    (await requireEndpoint(endpoint, configuration)).approval,
  describe: async (input, configuration) => {
    const { endpoint, request } = await prepare(input, configuration);
    const { title, method, service } = endpoint;
    return [
      { label: 'Endpoint', value: cleanLine(title) },
      { label: 'Request', value: shown(`${method} ${service.origin}${request.path}`) },
      ...(request.body === undefined ? [] : [{ label: 'Body', value: shown(request.body) }]),
    ];
  },
  services: ['http-<endpoint>'],
  auth: 'none',
  assistants: 'by endpoint',

  check: async (input, configuration) => {
    await prepare(input, configuration);
  },
  run: async (input, { call, configuration, messageId }) => {
    const { endpoint, request } = await prepare(input, configuration);
    const { body } = request;
    const response = await call(endpoint.service, {
      ...request,
      method: endpoint.method,
      headers: {
        Accept: 'application/json, text/plain;q=0.9, text/*;q=0.5',
        // Many services refuse requests without it.
        'User-Agent': 'rez-agent',
        ...endpoint.headers,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        'Idempotency-Key': messageId,
      },
      authentication: endpoint.authentication,
      repeatable: true,
      expects: 'any',
      timeoutMs: endpoint.timeout_ms,
    });
    return outputOf(endpoint, response);
  },

  present: ({ title, format, answer }) => {
    const text = format === 'text' ? String(answer) : JSON.stringify(answer, null, 2);
    const cleaned = cleanText(text);
    return [`${cleanLine(title)}\n${cleaned === '' ? 'Done.' : shown(cleaned)}`];
  },
});

const shown = (text: string): string => shortened(text, MAX_SHOWN_CHARS);

/** @throws AppError `invalid` / `UNKNOWN_ENDPOINT`; `unavailable` / `CONFIG_UNAVAILABLE` when the definition is malformed */
const requireEndpoint = async (
  name: string,
  { endpoint }: Pick<ActionConfiguration, 'endpoint'>,
): Promise<Endpoint> => {
  const text = await endpoint(name);
  if (text !== undefined) return parseEndpoint(name, text);
  const problem = `is not configured: set the parameter endpoints/${name}`;
  throw new AppError('invalid', 'UNKNOWN_ENDPOINT', `the endpoint ${name} ${problem}`, {
    details: [{ path: 'payload.endpoint', problem }],
  });
};

/** Everything that can be checked without a call. */
const prepare = async (
  { endpoint: name, ...parts }: { endpoint: string } & RequestParts,
  configuration: ActionConfiguration,
): Promise<{ endpoint: Endpoint; request: EndpointRequest }> => {
  const endpoint = await requireEndpoint(name, configuration);
  checkEndpointInput(endpoint.input, parts);
  return { endpoint, request: buildRequest(endpoint, parts) };
};

const outputOf = (
  { name, title, effect }: Endpoint,
  response: HttpResponse,
): z.output<typeof Output> => {
  const { status } = response;
  if (status < 200 || status > 299) {
    throw new AppError('invalid', 'REFUSED_BY_PROVIDER', refusalReason(response));
  }
  try {
    return { endpoint: name, title, status, ...readAnswer(response) };
  } catch (error) {
    if (effect === 'read' || !(error instanceof AppError)) throw error;
    // The service has carried out the call, so it is not repeated.
    throw new AppError('invalid', error.code, error.message, { cause: error });
  }
};
