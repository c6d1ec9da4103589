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
  message_id: 'The same as `id`, under the name that other interfaces use.',
  version: 'Version of the schema. 1.x only adds properties.',
  id: 'Made of the time of creation and a random tail; what a message spawns has an id derived from it.',
  created_date: instant('When it was created.'),
  updated_date: instant('When its row was last written.'),
  created_by: 'Who created it: `user:<name>`, or a part of the platform.',
  stage: 'The deployment that it belongs to.',
  message_type: { description: 'What kind of work it is.', examples: [...MESSAGE_TYPES] },
  status:
    '`created` → `queued` → `processing` → `completed` or `failed`. A failed message can be redriven.',
  payload: 'What the work is about; its shape depends on the type.',
  arguments:
    'Further parameters, for example `operation`, the job that a `scheduled` message runs.',
  auth_config: 'Names the credentials that an action is configured with.',
  correlation_id: 'Ties together everything that one request or one fire led to.',
  parent_id: 'The message that spawned it.',
  hop_count: 'How many messages stand before it in its run. At most 8.',
  result: 'What the work produced.',
  error_code: 'Why it failed, or waits.',
  error_message: 'The same for people.',
  processing_started_at: instant('When its work last began.'),
  processing_completed_at: instant('When its work ended.'),
  notification_id: 'The id that the push service gave to the push.',
  send_started: instant('When the first sending of the push began.'),
  valid_until: instant('After this the work is not started any more.'),
  claimed_by: 'The invocation that works on it.',
  attempt: 'How many times work on it has begun.',
  lease_until: instant('Until when nobody else may work on it.'),
  retry_count: 'How many times it was put back for later.',
  strikes: 'How many times work on it began and nobody ended it in order. At 8 it fails.',
  not_before: instant('Nobody works on it earlier.'),
  next_due_at: instant('When it is looked at again. Absent on what is over.'),
  due_bucket: '`due`, or what it is held for.',
  redrives: 'Who sent it round again and why; the last 20.',
  'redrives[].at': instant('When.'),
  'redrives[].by': 'Who.',
  'redrives[].reason': 'Why.',
  ttl: 'When the row is deleted. Seconds since the Unix epoch; only on what is over.',
} satisfies PropertyTexts;

export const MESSAGE_EXAMPLE = {
  message_id: EXAMPLE_MESSAGE_ID,
  version: '1.0',
  id: EXAMPLE_MESSAGE_ID,
  created_date: '2026-03-01T12:00:00.000Z',
  updated_date: '2026-03-01T12:00:00.120Z',
  created_by: 'user:ada',
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

export const MESSAGE: Shape = {
  name: 'Message',
  description: 'One piece of work, as it is stored.',
  schema: z.looseObject({ message_id: z.string(), ...MessageSchema.shape }),
  properties: TEXTS,
  example: MESSAGE_EXAMPLE,
};

export const MESSAGE_LIST: Shape = {
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
    pagination: 'Where this page ends.',
    'pagination.limit': 'How many messages a page holds at most.',
    'pagination.cursor':
      'Send it as `cursor` with the same query to get the next page; null on the last.',
    'pagination.has_more': 'Whether more may follow.',
    'pagination.searched_until': instant(
      'Only when the search ended early: everything created after it has been looked at. The page may be short, even empty, with more behind it.',
    ),
    count: 'How many messages this page holds.',
  },
  parts: [MESSAGE],
  example: {
    data: [MESSAGE_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
};
