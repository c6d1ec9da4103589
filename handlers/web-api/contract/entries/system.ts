import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { SYSTEM_PARTS } from '#handlers/web-api/system/system-report.ts';
import { BreakerStateSchema } from '#lib/http/breaker/breaker-schema.ts';
import { HEALTH } from './health.ts';

const text = z.string();
const count = z.int().check(z.nonnegative());
const missing = z.nullable(z.array(z.object({ name: text, needed_for: text, command: text })));
const { state, reason } = BreakerStateSchema.shape;

const missingTexts = <const Name extends string>(name: Name, what: string) => ({
  [name]: `The ${what} without a value. Cached for a minute; null if it cannot be read.`,
  [`${name}[].name`]: `The short name of the ${what.replace(/s$/, '')}.`,
  [`${name}[].needed_for`]: 'What does not work without it, for people.',
  [`${name}[].command`]: 'The command that sets it.',
});

const HEALTH_TEXTS = Object.entries(HEALTH.properties).flatMap(([path, description]) =>
  path === 'status' || path.startsWith('checks') ? [[`health.${path}`, description] as const] : [],
);

export const SYSTEM = {
  name: 'System',
  description: 'The state of the platform. A part that cannot be read is null.',
  schema: z.object({
    timestamp: text,
    stage: HEALTH.schema.shape.stage,
    version: text,
    health: z.required(z.pick(HEALTH.schema, { status: true, checks: true })),
    breakers: z.nullable(
      z.array(
        z.object({
          service: text,
          state,
          reason: z.nullable(reason.def.innerType),
          failures: count,
          opened_at: z.nullable(text),
          next_trial_at: z.nullable(text),
        }),
      ),
    ),
    queues: z.nullable(
      z.array(
        z.object({
          name: text,
          waiting: z.nullable(count),
          in_flight: z.nullable(count),
          dead_letters: z.nullable(count),
        }),
      ),
    ),
    sweeper: z.nullable(
      z.object({ last_tick_at: z.nullable(text), age_seconds: z.nullable(count) }),
    ),
    missing_parameters: missing,
    missing_secrets: missing,
    unavailable: z.array(z.enum(SYSTEM_PARTS)),
  }),
  properties: {
    timestamp: { description: 'The time of this response.', format: 'date-time' },
    stage: 'The stage of this deployment.',
    version: 'The commit that was built and deployed.',
    health: 'The health of the platform, with the dependencies. Cached for 30 seconds.',
    ...Object.fromEntries(HEALTH_TEXTS),
    breakers:
      'The circuit breaker of every service, by name. Cached for 5 seconds; null if it cannot be read.',
    'breakers[].service': 'The name of the service.',
    'breakers[].state':
      '`closed`: calls are made. `open`: no calls until the next trial. `half_open`: one trial call at a time.',
    'breakers[].reason':
      'Why it opened. `failures`: calls failed. `throttled`: too many requests. `credentials`: the service rejects the credentials. `blocked`: the service sent a challenge for people. null if it is closed.',
    'breakers[].failures': 'The number of failed calls that were counted last.',
    'breakers[].opened_at': {
      description: 'Since when it is open for this reason; null if it is closed.',
      format: 'date-time',
    },
    'breakers[].next_trial_at': {
      description:
        'From when on the next call is a trial. Only while it is open; a past time means that it waits for a call.',
      format: 'date-time',
    },
    queues:
      'The queues with their dead-letter queues, by name. The numbers are approximate. Cached for 15 seconds; null if one of them cannot be read.',
    'queues[].name':
      'The short name of the queue. `schedules` is the dead-letter queue for fires that EventBridge Scheduler cannot deliver.',
    'queues[].waiting':
      'The number of records that wait; null if there is only a dead-letter queue.',
    'queues[].in_flight':
      'The number of records that a function has received and not deleted yet; null if there is only a dead-letter queue.',
    'queues[].dead_letters': 'The number of dead letters; null if there is no dead-letter queue.',
    sweeper: 'When the sweeper last ran. Cached for 5 seconds; null if it cannot be read.',
    'sweeper.last_tick_at': {
      description: 'When its last tick ended. It runs every minute. null before the first tick.',
      format: 'date-time',
    },
    'sweeper.age_seconds':
      'The time since `last_tick_at`. Several minutes mean that the sweeper does not run. Seconds.',
    ...missingTexts('missing_parameters', 'parameters'),
    ...missingTexts('missing_secrets', 'secrets'),
    unavailable: 'The parts that could not be read within two seconds. Their value is null.',
  },
  example: {
    timestamp: '2026-03-01T12:00:00.000Z',
    stage: 'prod',
    version: '75da13f',
    health: { status: HEALTH.example.status, checks: HEALTH.example.checks },
    breakers: [
      {
        service: 'ntfy',
        state: 'open',
        reason: 'credentials',
        failures: 1,
        opened_at: '2026-03-01T11:58:00.000Z',
        next_trial_at: '2026-03-01T12:13:00.000Z',
      },
    ],
    queues: [{ name: 'notifications', waiting: 2, in_flight: 1, dead_letters: 0 }],
    sweeper: { last_tick_at: '2026-03-01T11:59:31.000Z', age_seconds: 29 },
    missing_parameters: [
      {
        name: 'contact',
        needed_for: 'weather forecasts',
        command: 'make set NAME=contact STAGE=prod',
      },
    ],
    missing_secrets: null,
    unavailable: ['missing_secrets'],
  },
} satisfies Shape;

export const SYSTEM_OPERATIONS = {
  getSystem: {
    tag: 'platform',
    summary: 'Get the state of the platform',
    description:
      'What an operator looks at first: health, circuit breakers, queues, the sweeper, and parameters and secrets that are missing. A part that cannot be read within two seconds is null and is listed in `unavailable`; the status is 200 in any case. Each container caches the parts for some seconds, so a page can poll this operation.',
    responses: { 200: { description: 'The state.', content: { shape: SYSTEM } } },
  },
} satisfies Record<string, OperationContract>;
