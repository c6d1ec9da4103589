import * as z from 'zod/mini';
import { CALLER_FIELDS } from '#lib/messages/message-schema.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { stage } from '#lib/platform/env.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';
import { MESSAGE_ROW, messageLine, messageRow } from './message-row.ts';

const MAX = 50;
const DEFAULT = 20;
const RANGE = `must be 1 to ${MAX}`;

const INPUT = describedShape(
  {
    status: z.optional(z.enum(STATUSES)),
    message_type: z.optional(z.enum(MESSAGE_TYPES)),
    correlation_id: z.optional(CALLER_FIELDS.correlation_id),
    created_after: z.optional(InstantMs),
    created_before: z.optional(InstantMs),
    limit: z._default(z.int(RANGE).check(z.minimum(1, RANGE), z.maximum(MAX, RANGE)), DEFAULT),
  },
  {
    status: 'Only messages with this status.',
    message_type: 'Only messages of this kind.',
    correlation_id: 'Only messages of this run.',
    created_after: 'Only messages created at this time or later. ISO 8601 with an offset or Z.',
    created_before: 'Only messages created before this time. ISO 8601 with an offset or Z.',
    limit: `The maximum number of messages, 1 to ${MAX}.`,
  },
);

/** `list_messages` */
export const listMessagesTool = defineDirectTool({
  name: 'list_messages',
  title: 'List messages',
  description: `Lists messages, which are the units of work of the platform, newest first, ${DEFAULT} unless limit says otherwise and at most ${MAX}. Every filter must match. For more, call it again with created_before. get_run shows one of them with everything that it led to.`,
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: true,
  input: z.strictObject(INPUT),
  output: z.strictObject(
    describedShape(
      {
        messages: z.array(z.strictObject(MESSAGE_ROW)),
        next_created_before: z.optional(z.string()),
      },
      {
        messages: 'The messages, newest first.',
        next_created_before:
          'More messages may follow: the value of created_before for them, with the same filters. ISO 8601, UTC.',
      },
    ),
  ),
  answer: async (input, _call, { listMessages }) => {
    const { limit, created_after, created_before, ...filter } = input;
    const page = await listMessages(
      { ...filter, stage, createdFromMs: created_after, createdBeforeMs: created_before },
      { limit, after: undefined },
    );
    const messages = page.messages.map(messageRow);
    const next = page.next?.created_date;
    const more =
      next === undefined ? [] : [`More may follow: call again with created_before ${next}.`];
    return {
      text: [
        ...(messages.length === 0 ? ['There is no such message.'] : messages.map(messageLine)),
        ...more,
      ].join('\n'),
      data: { messages, ...(next === undefined ? {} : { next_created_before: next }) },
    };
  },
});
