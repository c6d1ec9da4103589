import * as z from 'zod/mini';
import type { Shape } from '#handlers/web-api/contract/model.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { MESSAGE, MESSAGE_EXAMPLE } from './message.ts';

const {
  payload: _payload,
  arguments: _arguments,
  auth_config: _auth,
  ...MEMBER
} = MessageSchema.shape;
const milliseconds = z.nullable(z.int().check(z.nonnegative()));

const NodeSchema: z.ZodMiniType = z.looseObject({
  message_id: z.string(),
  ...MEMBER,
  waited_ms: milliseconds,
  duration_ms: milliseconds,
  get children() {
    return z.array(NodeSchema);
  },
});

const textsOfMember = Object.fromEntries(
  Object.entries(MESSAGE.properties).filter(
    ([path]) => !/^(payload|arguments|auth_config)\b/.test(path),
  ),
);

const { payload, ...member } = MESSAGE_EXAMPLE;
const { next_due_at, due_bucket, ...over } = member;

const LEAF = {
  ...over,
  message_id: 'msg_20260301120000_0QX5JH9W6T3RZ8KD',
  id: 'msg_20260301120000_0QX5JH9W6T3RZ8KD',
  created_date: '2026-03-01T12:00:00.400Z',
  created_by: 'processor',
  message_type: 'notify',
  parent_id: member.id,
  hop_count: 1,
  status: 'completed',
  processing_started_at: '2026-03-01T12:00:00.700Z',
  processing_completed_at: '2026-03-01T12:00:01.000Z',
  updated_date: '2026-03-01T12:00:01.000Z',
  waited_ms: 300,
  duration_ms: 300,
  children: [],
};

const ROOT_EXAMPLE = {
  ...over,
  status: 'completed',
  processing_started_at: '2026-03-01T12:00:00.250Z',
  processing_completed_at: '2026-03-01T12:00:00.450Z',
  updated_date: '2026-03-01T12:00:00.450Z',
  waited_ms: 250,
  duration_ms: 200,
  children: [LEAF],
};

const RUN_NODE: Shape = {
  name: 'RunNode',
  description: 'A message of a run without what was asked of it, and what it spawned.',
  schema: NodeSchema,
  properties: {
    ...textsOfMember,
    waited_ms: 'From its creation to the begin of its last work; null before that. Milliseconds.',
    duration_ms: 'How long its last work took; null before its end. Milliseconds.',
    children: 'The messages that it spawned, the oldest first.',
  },
  example: ROOT_EXAMPLE,
};

export const RUN: Shape = {
  name: 'Run',
  description: 'Everything that one request or one fire led to.',
  schema: z.object({
    correlation_id: z.string(),
    status: z.enum(['open', 'completed', 'failed']),
    started_at: z.string(),
    ended_at: z.nullable(z.string()),
    duration_ms: milliseconds,
    count: z.int(),
    root: NodeSchema,
    others: z.array(NodeSchema),
    truncated: z.boolean(),
  }),
  properties: {
    correlation_id: 'What ties the messages of the run together.',
    status: '`open` while anything is not over; then `failed` if anything is, else `completed`.',
    started_at: { description: 'When the first message was created.', format: 'date-time' },
    ended_at: {
      description: 'When the last one ended; null while it is open.',
      format: 'date-time',
    },
    duration_ms: 'From start to end; null while it is open. Milliseconds.',
    count: 'How many messages are shown.',
    root: 'The message that began it.',
    others:
      'What stands under nobody: its parent was deleted when its time was over, or cannot be seen yet, or the correlation id was used again.',
    truncated: 'Whether there are more messages than are shown: more than 500, or 4 MB.',
  },
  parts: [RUN_NODE],
  example: {
    correlation_id: ROOT_EXAMPLE.correlation_id,
    status: 'completed',
    started_at: ROOT_EXAMPLE.created_date,
    ended_at: LEAF.processing_completed_at,
    duration_ms: 1_000,
    count: 2,
    root: ROOT_EXAMPLE,
    others: [],
    truncated: false,
  },
};
