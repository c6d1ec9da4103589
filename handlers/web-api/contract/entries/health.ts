import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { CHECKS } from '#handlers/web-api/health/deep-check.ts';

const check = z.object({
  status: z.enum(['ok', 'degraded', 'failed']),
  ms: z.number().check(z.nonnegative()),
});

const texts = (name: (typeof CHECKS)[number], what: string) => ({
  [`checks.${name}`]: what,
  [`checks.${name}.status`]: 'How it went.',
  [`checks.${name}.ms`]: 'How long it took. Milliseconds.',
});

const HEALTH: Shape = {
  name: 'Health',
  description: 'How the platform is.',
  schema: z.object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    timestamp: z.string(),
    stage: z.enum(['dev', 'stage', 'prod']),
    version: z.string(),
    checks: z.optional(
      z.object({ dynamodb: check, sns: check, ssm: check, ntfy: check } satisfies Record<
        (typeof CHECKS)[number],
        typeof check
      >),
    ),
  }),
  properties: {
    status: '`degraded`: it works, something is late. `unhealthy`: it cannot serve.',
    timestamp: { description: 'When this was said.', format: 'date-time' },
    stage: 'The deployment that answers.',
    version: 'The commit that it was built from.',
    checks: 'Only with `deep`: each thing that the platform depends on. Kept for 30 s.',
    ...texts('dynamodb', 'The store, without which nothing works.'),
    ...texts('sns', 'The wake-ups, without which everything is a minute late.'),
    ...texts('ssm', 'Parameters and flags; the last known ones are used meanwhile.'),
    ...texts('ntfy', 'The push service, as its circuit breaker saw it last; it is not called.'),
  },
  example: {
    status: 'healthy',
    timestamp: '2026-03-01T12:00:00.000Z',
    stage: 'dev',
    version: '75da13f',
    checks: Object.fromEntries(CHECKS.map((name) => [name, { status: 'ok', ms: 12 }])),
  },
};

export const HEALTH_OPERATIONS = {
  getHealth: {
    tag: 'platform',
    summary: 'Say how the platform is',
    description:
      'Without `deep`, that this answers is the answer. With it, every dependency is looked at, for a viewer.',
    optionalSignIn: true,
    errors: ['UNAUTHORIZED', 'FORBIDDEN'],
    query: {
      deep: {
        description: 'Whether to look at the dependencies, too.',
        example: 'true',
        schema: { default: 'false' },
      },
    },
    responses: {
      200: { description: 'It works, perhaps not all of it.', content: { shape: HEALTH } },
      503: {
        description: 'It cannot serve.',
        content: { shape: HEALTH, example: { ...(HEALTH.example as object), status: 'unhealthy' } },
      },
    },
  },
} satisfies Record<string, OperationContract>;
