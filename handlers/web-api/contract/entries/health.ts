import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { CHECKS } from '#handlers/web-api/health/deep-check.ts';

const check = z.object({
  status: z.enum(['ok', 'degraded', 'failed']),
  ms: z.number().check(z.nonnegative()),
});

const checkTexts = (name: (typeof CHECKS)[number], description: string) => ({
  [`checks.${name}`]: description,
  [`checks.${name}.status`]: 'The result of the check.',
  [`checks.${name}.ms`]: 'The duration of the check. Milliseconds.',
});

export const HEALTH = {
  name: 'Health',
  description: 'The health of the platform.',
  schema: z.object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    timestamp: z.string(),
    stage: z.enum(['dev', 'stage', 'prod']),
    version: z.string(),
    checks: z.optional(
      z.object({
        dynamodb: check,
        sns: check,
        ssm: check,
        ntfy: check,
        policy: check,
      } satisfies Record<(typeof CHECKS)[number], typeof check>),
    ),
  }),
  properties: {
    status:
      '`healthy`: everything works. `degraded`: requests work, but some work is delayed. `unhealthy`: requests fail.',
    timestamp: { description: 'The time of this response.', format: 'date-time' },
    stage: 'The stage of this deployment.',
    version: 'The commit that was built and deployed.',
    checks:
      'The dependencies of the platform. Only with `deep`. The result is cached for 30 seconds.',
    ...checkTexts('dynamodb', 'DynamoDB. Without it, requests fail.'),
    ...checkTexts('sns', 'SNS. Without it, messages are processed about a minute late.'),
    ...checkTexts('ssm', 'SSM. Without it, the last known parameters and flags are used.'),
    ...checkTexts(
      'ntfy',
      'The push service ntfy. The check reads the state of its circuit breaker and does not call ntfy.',
    ),
    ...checkTexts(
      'policy',
      'The parameter `policy`. While it is not valid, the last good policy is used; functions that have not read one do nothing that cannot be undone.',
    ),
  },
  example: {
    status: 'healthy',
    timestamp: '2026-03-01T12:00:00.000Z',
    stage: 'dev',
    version: '75da13f',
    checks: Object.fromEntries(CHECKS.map((name) => [name, { status: 'ok', ms: 12 }])),
  },
} satisfies Shape;

export const HEALTH_OPERATIONS = {
  getHealth: {
    tag: 'platform',
    summary: 'Check the health of the platform',
    description:
      'Without `deep`, a response means that the API works. With `deep=true`, every dependency is checked, and the caller must be a `viewer`.',
    optionalSignIn: true,
    errors: ['UNAUTHORIZED', 'FORBIDDEN'],
    query: {
      deep: {
        description: 'Whether to check the dependencies too.',
        example: 'true',
        schema: { default: 'false' },
      },
    },
    responses: {
      200: { description: 'The platform is healthy or degraded.', content: { shape: HEALTH } },
      503: {
        description: 'The platform is unhealthy.',
        content: { shape: HEALTH, example: { ...HEALTH.example, status: 'unhealthy' } },
      },
    },
  },
} satisfies Record<string, OperationContract>;
