import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { FLAG_NAMES, FLAGS } from '#lib/config/flags.ts';

export const FLAG_LIST = {
  name: 'FlagList',
  description: 'Every feature flag.',
  schema: z.object({
    data: z.array(
      z.object({
        name: z.enum(FLAG_NAMES),
        enabled: z.boolean(),
        default: z.boolean(),
        is_understood: z.boolean(),
        enabled_for: z.nullable(z.array(z.string())),
        reason: z.nullable(z.string()),
        until: z.nullable(z.string()),
        changed_at: z.nullable(z.string()),
        age_seconds: z.nullable(z.int().check(z.nonnegative())),
        meaning: z.string(),
      }),
    ),
    count: z.int(),
  }),
  properties: {
    data: 'The flags.',
    'data[].name': 'The name of the flag. Its SSM parameter is `/rez-agent/<stage>/flags/<name>`.',
    'data[].enabled':
      'Whether the flag is on. Functions cache the flag, so a change takes up to a minute.',
    'data[].default': 'The value that is used if the parameter is missing or malformed.',
    'data[].is_understood':
      'Whether the parameter exists and is well-formed. If not, the default is used.',
    'data[].enabled_for':
      'The users and message types to which the flag is limited; null if it is not limited.',
    'data[].reason': 'The reason that the operator noted.',
    'data[].until': {
      description:
        'Until when the operator wants this value. A note only: the value does not change at that time.',
      format: 'date-time',
    },
    'data[].changed_at': {
      description: 'When the parameter was last written.',
      format: 'date-time',
    },
    'data[].age_seconds': 'The time since `changed_at`. Seconds.',
    'data[].meaning': 'What the flag controls.',
    count: 'The number of flags.',
  },
  example: {
    data: [
      {
        name: 'notifications',
        enabled: false,
        default: true,
        is_understood: true,
        enabled_for: null,
        reason: 'the phone is being replaced',
        until: '2026-03-02T08:00:00Z',
        changed_at: '2026-03-01T11:30:00.000Z',
        age_seconds: 1_800,
        meaning: FLAGS.notifications.meaning,
      },
    ],
    count: 1,
  },
} satisfies Shape;

export const FLAG_OPERATIONS = {
  listFlags: {
    tag: 'platform',
    summary: 'List the feature flags',
    description:
      'The current values, read from SSM for each request. Operators change flags in SSM; the API cannot change them.',
    responses: { 200: { description: 'The flags.', content: { shape: FLAG_LIST } } },
  },
} satisfies Record<string, OperationContract>;
