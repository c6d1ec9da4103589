import * as z from 'zod/mini';
import type { Shape } from '#handlers/web-api/contract/model.ts';

export const ERROR = {
  name: 'Error',
  description: 'Why the request failed.',
  schema: z.object({
    code: z.string(),
    message: z.string(),
    details: z.optional(z.array(z.object({ path: z.string(), problem: z.string() }))),
    correlation_id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  }),
  properties: {
    code: 'The error code, for programs. Each operation lists its codes.',
    message: 'The error message, for people. The wording can change.',
    details: { description: 'All problems of the input.', maxItems: 100 },
    'details[].path':
      'The property or the parameter with the problem, with dots between levels. Empty for the body as a whole.',
    'details[].problem': 'The problem.',
    correlation_id:
      'The correlation id, as in the header `X-Correlation-ID`. The log lines of the request contain it.',
  },
  example: {
    code: 'VALIDATION_ERROR',
    message: 'the message is not valid',
    details: [{ path: 'payload.message', problem: 'is required' }],
    correlation_id: 'weekly-report-7',
  },
} satisfies Shape;

export const GATEWAY_ERROR = {
  name: 'GatewayError',
  description: 'An error of the gateway. The request did not reach the API.',
  schema: z.object({ message: z.nullable(z.string()) }),
  properties: { message: 'The error message, for people.' },
  example: { message: 'Unauthorized' },
} satisfies Shape;
