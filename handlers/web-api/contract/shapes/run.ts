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

const NODE_FIELDS = {
  message_id: z.string(),
  ...MEMBER,
  waited_ms: milliseconds,
  duration_ms: milliseconds,
};
const ChildlessNodeSchema = z.looseObject(NODE_FIELDS);
type RunNode = z.output<typeof ChildlessNodeSchema> & { children: RunNode[] };

// A recursive schema needs a declared type: TypeScript cannot infer one from its own initializer.
const NodeSchema: z.ZodMiniType<RunNode> = z.looseObject({
  ...NODE_FIELDS,
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

const RUN_NODE = {
  name: 'RunNode',
  description: 'A message of a run with its children, without its payload and arguments.',
  schema: NodeSchema,
  properties: {
    ...textsOfMember,
    waited_ms:
      'The time from its creation to the start of its work; null before the start. Milliseconds.',
    duration_ms: 'The duration of its work; null before the end. Milliseconds.',
    children: 'The messages that it produced, oldest first.',
  },
  example: ROOT_EXAMPLE,
} satisfies Shape;

export const RUN = {
  name: 'Run',
  description: 'A message with all messages that it produced.',
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
    correlation_id: 'The id that all messages of the run share.',
    status:
      '`open` until every message is completed or failed; then `failed` if any message has failed, otherwise `completed`.',
    started_at: { description: 'When the first message was created.', format: 'date-time' },
    ended_at: {
      description: 'When the last message ended; null while the run is open.',
      format: 'date-time',
    },
    duration_ms: 'The time from start to end; null while the run is open. Milliseconds.',
    count: 'The number of messages in the response.',
    root: 'The first message of the run.',
    others:
      'Messages without a parent in the tree. The parent has been deleted or is not readable yet, or a client used the correlation id again.',
    truncated: 'Whether messages are missing, because the run has more than 500 messages or 4 MB.',
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
} satisfies Shape;
