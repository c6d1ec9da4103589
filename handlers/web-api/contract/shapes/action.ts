import * as z from 'zod/mini';
import type { PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { ActionResultSchema } from '#lib/actions/action-records.ts';
import { EXAMPLE_MESSAGE_ID } from './message.ts';

const text = z.string();
const jsonObject = z.record(text, z.unknown());

const ACTION_EXAMPLE = {
  action: 'weather',
  operation: 'get_forecast',
  aliases: ['get_weather'],
  title: 'Weather forecast',
  description: 'Gets the weather forecast of the next days.',
  effect: 'read',
  services: ['weather-gov'],
  auth: { type: 'none' },
  cache: { fresh_seconds: 1_800, stale_seconds: 86_400 },
  needs_approval: false,
  examples: [{ days: 2 }],
  input: {
    type: 'object',
    properties: {
      days: { type: 'integer', minimum: 1, maximum: 7, default: 2, description: 'How many days.' },
    },
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { place: { type: 'string', description: 'The name of the place.' } },
    required: ['place'],
    additionalProperties: false,
  },
};

const ACTION = {
  name: 'Action',
  description: 'An operation that a web action can run.',
  schema: z.object({
    action: text,
    operation: text,
    endpoint: z.optional(text),
    aliases: z.array(text),
    title: text,
    description: text,
    effect: z.enum(['read', 'reversible', 'irreversible']),
    services: z.array(text),
    auth: z.object({ type: text }),
    cache: z.nullable(z.object({ fresh_seconds: z.int(), stale_seconds: z.int() })),
    needs_approval: z.boolean(),
    examples: z.array(jsonObject),
    input: jsonObject,
    output: jsonObject,
  }),
  properties: {
    action: 'The provider, for `payload.action` and for the path.',
    operation: 'The operation, for `arguments.operation` and for the path.',
    endpoint:
      'The name of the endpoint, which the input must contain. Only for an endpoint that an operator configured.',
    aliases: 'Other names of the operation.',
    title: 'The title, for people. The pushes have it.',
    description: 'What the operation does.',
    effect:
      'What a call can change. `read`: nothing. `reversible`: what can be undone, and may be repeated. `irreversible`: what cannot be undone. Such an operation happens at most once, and requires an `Idempotency-Key`.',
    services: 'The outside services that it calls. `<…>` stands for a name.',
    auth: 'How the services authenticate it. `auth_config` of a message may repeat this.',
    'auth.type': 'The kind of the credentials, or `none`.',
    cache: 'How long an output is used again for the same input; null if it is not.',
    'cache.fresh_seconds': 'How long an output counts as current. Seconds.',
    'cache.stale_seconds': 'How long an output is used while the service fails. Seconds.',
    needs_approval:
      'Whether a person must approve a message that another message, a schedule or an assistant created, unless the parameter `policy` allows it. A message that a person posts needs no approval, until an assistant redrives it.',
    examples: 'Inputs that are valid, the most useful first.',
    input: 'The JSON Schema of the input.',
    output: 'The JSON Schema of the output.',
  },
  example: ACTION_EXAMPLE,
} satisfies Shape;

export const ACTION_LIST = {
  name: 'ActionList',
  description: 'Every operation that a web action can run.',
  schema: z.object({ data: z.array(ACTION.schema), count: z.int() }),
  properties: { data: 'The operations.', count: 'The number of operations.' },
  parts: [ACTION],
  example: { data: [ACTION_EXAMPLE], count: 1 },
} satisfies Shape;

const RESULT_EXAMPLE = {
  id: 'result_20260301120000_5Z3V9Q2M4T8XB1C7',
  message_id: EXAMPLE_MESSAGE_ID,
  action: 'weather',
  operation: 'get_forecast',
  status: 'success',
  url: 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast',
  response_code: 200,
  response_body: '{"properties":{"periods":[]}}',
  execution_time_ms: 412,
  created_date: '2026-03-01T12:00:01.000Z',
  ttl: 1_772_625_601,
};

const RESULT = {
  name: 'ActionResult',
  description: 'How one run of a web action ended.',
  schema: z.object(ActionResultSchema.shape),
  properties: {
    id: 'The id. It is derived from the message and its attempt.',
    message_id: 'The message.',
    action: 'The provider.',
    operation: 'The operation.',
    status: 'Whether the run succeeded.',
    url: 'The address of the last request to the service, without secrets. Missing if there was none.',
    response_code: 'The status of the last response.',
    response_body: 'The body of the last response, at most 50 KB.',
    truncated: 'Whether `response_body` is only the beginning.',
    error_code: 'The code of the error. Only if the run failed.',
    error_message: 'The error message, for people. Only if the run failed.',
    execution_time_ms: 'The duration of the run. Milliseconds.',
    created_date: { description: 'When the run ended.', format: 'date-time' },
    ttl: 'When the result is deleted. Seconds since the Unix epoch.',
  } satisfies PropertyTexts,
  example: RESULT_EXAMPLE,
} satisfies Shape;

export const RESULT_LIST = {
  name: 'ActionResultList',
  description: 'One page of results, newest first.',
  schema: z.object({
    data: z.array(RESULT.schema),
    pagination: z.object({
      limit: z.int(),
      cursor: z.nullable(text),
      has_more: z.boolean(),
    }),
    count: z.int(),
  }),
  properties: {
    data: 'The results of this page.',
    pagination: 'How to get the next page.',
    'pagination.limit': 'The maximum number of results of a page.',
    'pagination.cursor': 'The value of `cursor` for the next page; null on the last page.',
    'pagination.has_more': 'Whether more results may follow.',
    count: 'The number of results of this page.',
  },
  parts: [RESULT],
  example: {
    data: [RESULT_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
} satisfies Shape;
