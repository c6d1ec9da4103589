import * as z from 'zod/mini';
import type { Shape } from '#handlers/web-api/contract/model.ts';

export const ERROR: Shape = {
  name: 'Error',
  description: 'Why a request was refused or could not be served.',
  schema: z.object({
    code: z.string(),
    message: z.string(),
    details: z.optional(z.array(z.object({ path: z.string(), problem: z.string() }))),
    correlation_id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  }),
  properties: {
    code: 'What happened, for programs. Each operation lists the codes that it can answer.',
    message: 'What happened, for people. The wording may change.',
    details: { description: 'Everything that is wrong with the input.', maxItems: 100 },
    'details[].path':
      'Where: the property or the parameter, with dots between levels. Empty: the body as a whole.',
    'details[].problem': 'What is wrong there.',
    correlation_id: 'Ties the answer to its log lines; the same as in the header.',
  },
  example: {
    code: 'VALIDATION_ERROR',
    message: 'the message is not valid',
    details: [{ path: 'payload.message', problem: 'is required' }],
    correlation_id: 'weekly-report-7',
  },
};

export const GATEWAY_ERROR: Shape = {
  name: 'GatewayError',
  description: 'What the gateway says by itself, before the API is asked.',
  schema: z.object({ message: z.nullable(z.string()) }),
  properties: { message: 'What happened, for people.' },
  example: { message: 'Unauthorized' },
};
