import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { FLAG_NAMES, FLAGS } from '#lib/config/flags.ts';

const FLAG_EXAMPLE = {
  name: 'notifications',
  enabled: false,
  default: true,
  is_understood: true,
  enabled_for: null,
  reason: 'the phone is being replaced',
  until: '2199-03-02T08:00:00.000Z',
  changed_at: '2026-03-01T11:30:00.000Z',
  age_seconds: 1_800,
  version: 4,
  meaning: FLAGS.notifications.meaning,
};

export const FLAG = {
  name: 'Flag',
  description: 'A feature flag.',
  schema: z.object({
    name: z.enum(FLAG_NAMES),
    enabled: z.boolean(),
    default: z.boolean(),
    is_understood: z.boolean(),
    enabled_for: z.nullable(z.array(z.string())),
    reason: z.nullable(z.string()),
    until: z.nullable(z.string()),
    changed_at: z.nullable(z.string()),
    age_seconds: z.nullable(z.int().check(z.nonnegative())),
    version: z.int().check(z.nonnegative()),
    meaning: z.string(),
  }),
  properties: {
    name: 'The name of the flag. Its SSM parameter is `/rez-agent/<stage>/flags/<name>`.',
    enabled: 'Whether the flag is on. Functions cache the flag, so a change takes up to a minute.',
    default: 'The value that is used if the parameter is missing or malformed.',
    is_understood: 'Whether the parameter exists and is well-formed. If not, the default is used.',
    enabled_for:
      'The users and message types to which the flag is limited; null if it is not limited.',
    reason: 'The reason that the operator noted.',
    until: {
      description:
        'Until when the operator wants this value. A note only: the value does not change at that time.',
      format: 'date-time',
    },
    changed_at: { description: 'When the parameter was last written.', format: 'date-time' },
    age_seconds: 'The time since `changed_at`. Seconds.',
    version: 'The version of the parameter, for the next change; 0 if it does not exist.',
    meaning: 'What the flag controls.',
  },
  example: FLAG_EXAMPLE,
} satisfies Shape;

export const FLAG_LIST = {
  name: 'FlagList',
  description: 'Every feature flag.',
  schema: z.object({ data: z.array(FLAG.schema), count: z.int() }),
  properties: { data: 'The flags.', count: 'The number of flags.' },
  parts: [FLAG],
  example: { data: [FLAG_EXAMPLE], count: 1 },
} satisfies Shape;

export const FLAG_OPERATIONS = {
  listFlags: {
    tag: 'platform',
    summary: 'List the feature flags',
    description:
      'The current values, read from SSM for each request. Operators can also change flags in SSM.',
    responses: { 200: { description: 'The flags.', content: { shape: FLAG_LIST } } },
  },
  updateFlag: {
    tag: 'platform',
    summary: 'Change a feature flag',
    description:
      'Replaces the value of the flag. Functions cache flags, so the change takes up to a minute. SSM cannot write on a condition. If two changes are made at the same time, the first one succeeds; the second one is refused, or it is stored and returns 409 `FLAG_CHANGED`.',
    path: { flag: { description: 'The name of the flag.', example: 'notifications' } },
    body: {
      shape: {
        name: 'FlagChange',
        description: 'The new value of a flag.',
        properties: {
          enabled: 'Whether the flag is on.',
          enabled_for:
            'The users and message types to which the flag is limited. Without it, the flag is not limited.',
          reason: { description: 'The reason of the change.', minLength: 1 },
          until:
            'Until when you want this value. A note only: the value does not change at that time.',
          version: 'The `version` that you read; 0 if the parameter does not exist.',
        },
      },
      examples: {
        off: {
          summary: 'Hold every push',
          value: {
            enabled: false,
            reason: 'the phone is being replaced',
            until: '2199-03-02T08:00:00Z',
            version: 3,
          },
        },
        on: { summary: 'Send pushes', value: { enabled: true, reason: 'it is back', version: 4 } },
      },
    },
    responses: { 200: { description: 'The flag, changed.', content: { shape: FLAG } } },
    errors: ['FLAG_NOT_FOUND', 'FLAG_CHANGED', 'PRECONDITION_FAILED'],
  },
} satisfies Record<string, OperationContract>;
