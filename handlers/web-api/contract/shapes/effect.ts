import * as z from 'zod/mini';
import type { JsonSchema, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { EFFECT_STATUSES, EffectSchema } from '#lib/effects/effect-schema.ts';
import { EXAMPLE_MESSAGE_ID } from './message.ts';

export const EXAMPLE_EFFECT_ID = 'eff_7ZK3V9Q2M4T8XB1C5Z3V9Q2M4T';

const instant = (description: string): JsonSchema & { description: string } => ({
  description,
  format: 'date-time',
});
/** Properties that depend on the operation. */
const open = (description: string): JsonSchema & { description: string } => ({
  description,
  additionalProperties: true,
});

const planTexts = (path: string): PropertyTexts => ({
  [`${path}.total_cents`]: 'The price of all, tax included. Cents. Missing if nothing is paid.',
  [`${path}.known`]:
    'The ids of receipts that stood before, and that therefore do not prove this effect.',
  [`${path}.reverses`]:
    'The effect that this one reverses when it is confirmed: for a cancellation, that of the booking.',
  [`${path}.reverses.effect_id`]: 'The id of that effect.',
  [`${path}.reverses.receipt_id`]:
    'The id of the receipt that it must have. Absent when it must have none.',
  [`${path}.data`]: 'What the call and its verification need. It depends on the operation.',
});

const TEXTS: PropertyTexts = {
  effect_id: 'The id: a digest of action, operation and business key.',
  action: 'The provider.',
  operation: 'The operation.',
  subject: 'What exactly is done. Two messages with the same subject want the same.',
  facts: 'What is done, for people.',
  'facts[].label': 'The name of the fact.',
  'facts[].value': 'Its value.',
  link: 'The page of the service for people.',
  status: {
    description:
      'The status. `planned`: not sent yet. `sent`: the call was sent, and its response is missing. `unknown`: the service did not say whether it carried the call out. `confirmed`: the service carried it out. `rejected`: it did not. `reversed`: what was carried out is undone.',
    enum: [...EFFECT_STATUSES],
  },
  message_id: 'The message that carries it out, or that carried it out last.',
  attempt: 'The attempt of the message that wrote last.',
  rev: 'The revision. Every write increases it.',
  generation: 'How often it was planned. A rejected or reversed effect can be planned again.',
  created_date: instant('When it was first planned.'),
  updated_date: instant('When it was last changed.'),
  prepared_at: instant('When a run last began to prepare this generation.'),
  plan: 'What was sent. Present once the call was sent.',
  ...planTexts('plan'),
  earlier_calls: 'Calls that were sent and then rejected. Each is verified before the next call.',
  'earlier_calls[].plan': 'What was sent.',
  ...planTexts('earlier_calls[].plan'),
  'earlier_calls[].sent_at': instant('When it was sent.'),
  'earlier_calls[].subject': 'What exactly it was for.',
  'earlier_calls[].facts': 'What it was for, for people.',
  'earlier_calls[].facts[].label': 'The name of the fact.',
  'earlier_calls[].facts[].value': 'Its value.',
  'earlier_calls[].message_id': 'The message that sent it.',
  'earlier_calls[].attempt': 'The attempt of that message.',
  'earlier_calls[].approval_id': 'The approval that it used.',
  sent_at: instant('When the call was sent.'),
  receipt: open('What the service returned for the effect. It depends on the operation.'),
  'receipt.id': 'The id at the service.',
  receipts: 'The ids of all receipts of this effect.',
  approval_id: 'The approval that the call used.',
  quota_keys: 'The counters of the quotas that count this generation.',
  absent_at: 'When the service did not list the effect although it had time to carry it out.',
  verify_count: 'The number of verifications since it was sent.',
  reason: 'Why it is rejected or unknown.',
  'reason.code': 'The error code.',
  'reason.message': 'The reason, for people.',
  history: 'The changes of the status and the decisions about them, oldest first.',
  'history[].at': instant('When it happened.'),
  'history[].generation': 'The generation.',
  'history[].status': 'The status after the change.',
  'history[].message_id': 'The message.',
  'history[].redriven_at': instant('When the message was redriven last before the change.'),
  'history[].allowed_by':
    'What allowed the call: `own post`, `policy`, or the person who approved it, such as `user:ada`.',
  'history[].resolved_by': 'The person who resolved the effect.',
  'history[].reason': 'The reason.',
  ttl: 'When the effect is deleted. Seconds since the Unix epoch.',
};

const EFFECT_EXAMPLE = {
  effect_id: EXAMPLE_EFFECT_ID,
  action: 'golf',
  operation: 'book_tee_time',
  subject: '2026-03-07T14:20:00.000Z, 2 players',
  facts: [
    { label: 'Course', value: 'Birdsfoot' },
    { label: 'Time', value: 'Saturday, 7 March 2026, 09:20' },
  ],
  status: 'unknown',
  message_id: EXAMPLE_MESSAGE_ID,
  attempt: 7,
  rev: 9,
  generation: 1,
  created_date: '2026-03-01T12:00:01.000Z',
  updated_date: '2026-03-01T12:28:03.000Z',
  prepared_at: '2026-03-01T12:00:01.000Z',
  plan: { total_cents: 8_800, known: [], data: {} },
  earlier_calls: [],
  sent_at: '2026-03-01T12:00:03.000Z',
  receipts: [],
  quota_keys: ['quota_book_tee_time_golfer-7_2026-03-07', 'quota_book_tee_time_golfer-7_2026-W10'],
  absent_at: [],
  verify_count: 7,
  reason: { code: 'HTTP_TIMEOUT', message: 'the service did not respond' },
  history: [
    {
      at: '2026-03-01T12:00:01.000Z',
      generation: 1,
      status: 'planned',
      message_id: EXAMPLE_MESSAGE_ID,
      allowed_by: 'own post',
    },
    {
      at: '2026-03-01T12:00:18.000Z',
      generation: 1,
      status: 'unknown',
      message_id: EXAMPLE_MESSAGE_ID,
      reason: 'the service did not respond',
    },
  ],
  ttl: 1_806_928_083,
};

/** The same effect after a person looked at the page of the service. */
export const RESOLVED_EXAMPLE = {
  ...EFFECT_EXAMPLE,
  status: 'confirmed',
  rev: 10,
  updated_date: '2026-03-01T13:00:00.000Z',
  history: [
    ...EFFECT_EXAMPLE.history,
    {
      at: '2026-03-01T13:00:00.000Z',
      generation: 1,
      status: 'confirmed',
      message_id: EXAMPLE_MESSAGE_ID,
      resolved_by: 'user:ada',
      reason: 'it is in the list of reservations',
    },
  ],
};

export const EFFECT = {
  name: 'Effect',
  description: 'An irreversible call and its outcome.',
  schema: z.object(EffectSchema.shape),
  properties: TEXTS,
  example: EFFECT_EXAMPLE,
} satisfies Shape;

export const EFFECT_LIST = {
  name: 'EffectList',
  description: 'One page of effects, newest change first.',
  schema: z.object({
    data: z.array(EFFECT.schema),
    pagination: z.object({
      limit: z.int(),
      cursor: z.nullable(z.string()),
      has_more: z.boolean(),
    }),
    count: z.int(),
  }),
  properties: {
    data: 'The effects of this page.',
    pagination: 'How to get the next page.',
    'pagination.limit': 'The maximum number of effects of a page.',
    'pagination.cursor':
      'The value of `cursor` for the next page, with the same query; null on the last page.',
    'pagination.has_more': 'Whether more effects may follow.',
    count: 'The number of effects of this page.',
  },
  parts: [EFFECT],
  example: {
    data: [EFFECT_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
} satisfies Shape;
