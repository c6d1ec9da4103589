import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';
import { FLAG_NAMES, FLAGS } from '#lib/config/flags.ts';

const FLAG_LIST: Shape = {
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
    'data[].name': 'Its parameter is `/rez-agent/<stage>/flags/<name>`.',
    'data[].enabled': 'Whether it is on. Functions that read it before may take a minute to see.',
    'data[].default': 'What counts while the parameter is missing or malformed.',
    'data[].is_understood':
      'Whether the parameter is there and well-formed; if not, the default counts.',
    'data[].enabled_for': 'The users and message types that it is limited to; null when to nobody.',
    'data[].reason': 'Why, as an operator noted it.',
    'data[].until': {
      description: 'When the operator means to look at it again. Nothing happens by itself then.',
      format: 'date-time',
    },
    'data[].changed_at': { description: 'When it was last written.', format: 'date-time' },
    'data[].age_seconds': 'How long ago that was. Seconds.',
    'data[].meaning': 'What it switches.',
    count: 'How many flags there are.',
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
};

export const FLAG_OPERATIONS = {
  listFlags: {
    tag: 'platform',
    summary: 'Show the feature flags',
    description:
      'As they stand in the parameter store at this moment, asked anew each time. They are changed there, not here.',
    responses: { 200: { description: 'The flags.', content: { shape: FLAG_LIST } } },
  },
} satisfies Record<string, OperationContract>;
