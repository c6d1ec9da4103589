import * as z from 'zod/mini';
import type { JsonSchema, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';

export const EXAMPLE_MESSAGE_ID = 'msg_20260301120000_7ZK3V9Q2M4T8XB1C';

const instant = (description: string): JsonSchema & { description: string } => ({
  description,
  format: 'date-time',
});

const TEXTS = {
  message_id: 'The same as `id`. Other interfaces use this name.',
  version: 'The version of the schema. A later 1.x only adds properties.',
  id: 'The id: the time of creation and a random part. The id of a child is derived from that of its parent.',
  created_date: instant('When the message was created.'),
  updated_date: instant('When the message was last changed.'),
  created_by: 'The creator: `user:<name>`, or a function of the platform.',
  requested_by:
    'Who began the run: `user:<name>`, `scheduler` or `sweeper`. Children have the value of their parent.',
  stage: 'The stage of the deployment.',
  message_type: {
    description: 'The type of the message. It decides which work is done.',
    examples: [...MESSAGE_TYPES],
  },
  status:
    'The status: `created`, `queued`, `processing`, then `completed` or `failed`. A failed message can be redriven.',
  payload: 'The input of the work. Its shape depends on `message_type`.',
  arguments: 'Additional input, for example `operation`: the job that a `scheduled` message runs.',
  auth_config: 'How a web action authenticates itself.',
  correlation_id: 'The id that all messages of a run share.',
  parent_id: 'The id of the message that produced this one.',
  hop_count: 'The number of steps from the first message of the run. At most 24.',
  result: 'The result of the work.',
  error_code: 'The code of the error because of which the message failed or waits.',
  error_message: 'The error message, for people.',
  processing_started_at: instant('When the work last began.'),
  processing_completed_at: instant('When the work ended.'),
  notification_id: 'The id of the push at the push service.',
  send_started: instant('When the push was first sent.'),
  valid_until: instant(
    'The work does not start after this time; the message fails with `EXPIRED`.',
  ),
  result_id: 'The result row of a web action.',
  approval_id: 'The approval that a web action waits for, or that it waited for last.',
  effect_id: 'The effect of an irreversible web action. The message carried it out, or tried to.',
  claimed_by: 'The invocation that processes the message.',
  attempt: 'The number of times that the message was claimed.',
  lease_until: instant('Until this time, no other invocation can claim the message.'),
  retry_count: 'The number of times that the message was parked.',
  strikes: 'The number of claims that did not end in order. At 8 the message fails.',
  not_before: instant('The message is not processed before this time.'),
  next_due_at: instant(
    'When the sweeper handles the message next. Missing if the message is completed or failed.',
  ),
  due_bucket: '`due`, or the reason why the message is held.',
  redrives: 'The last 20 redrives of the message.',
  'redrives[].at': instant('When the message was redriven.'),
  'redrives[].by': 'The caller.',
  'redrives[].reason': 'The reason.',
  ttl: 'When the message is deleted. Seconds since the Unix epoch. Only if the message is completed or failed.',
} satisfies PropertyTexts;

export const MESSAGE_EXAMPLE = {
  message_id: EXAMPLE_MESSAGE_ID,
  version: '1.0',
  id: EXAMPLE_MESSAGE_ID,
  created_date: '2026-03-01T12:00:00.000Z',
  updated_date: '2026-03-01T12:00:00.120Z',
  created_by: 'user:ada',
  requested_by: 'user:ada',
  stage: 'dev',
  message_type: 'manual',
  status: 'queued',
  payload: { message: 'Water the plants', title: 'Garden' },
  correlation_id: 'weekly-report-7',
  hop_count: 0,
  valid_until: '2026-03-02T12:00:00.000Z',
  attempt: 0,
  retry_count: 0,
  strikes: 0,
  next_due_at: '2026-03-01T12:01:00.000Z',
  due_bucket: 'due',
};

export const MESSAGE = {
  name: 'Message',
  description: 'A message: one unit of work.',
  schema: z.looseObject({ message_id: z.string(), ...MessageSchema.shape }),
  properties: TEXTS,
  example: MESSAGE_EXAMPLE,
} satisfies Shape;

export const MESSAGE_LIST = {
  name: 'MessageList',
  description: 'One page of messages, newest first.',
  schema: z.object({
    data: z.array(MESSAGE.schema),
    pagination: z.object({
      limit: z.int(),
      cursor: z.nullable(z.string()),
      has_more: z.boolean(),
      searched_until: z.optional(z.string()),
    }),
    count: z.int(),
  }),
  properties: {
    data: 'The messages of this page.',
    pagination: 'How to get the next page.',
    'pagination.limit': 'The maximum number of messages of a page.',
    'pagination.cursor':
      'The value of `cursor` for the next page, with the same query; null on the last page.',
    'pagination.has_more': 'Whether more messages may follow.',
    'pagination.searched_until': instant(
      'Only if the search stopped early: it has covered all messages created after this time. The page can be short or empty although more messages follow.',
    ),
    count: 'The number of messages of this page.',
  },
  parts: [MESSAGE],
  example: {
    data: [MESSAGE_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
} satisfies Shape;
