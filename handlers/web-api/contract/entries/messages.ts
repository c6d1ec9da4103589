import type { OperationContract, ParameterText } from '#handlers/web-api/contract/model.ts';
import {
  EXAMPLE_MESSAGE_ID,
  MESSAGE,
  MESSAGE_LIST,
} from '#handlers/web-api/contract/shapes/message.ts';
import { NEW_MESSAGE } from '#handlers/web-api/contract/shapes/new-message.ts';

/** The parameter of every operation on one message. */
export const MESSAGE_ID_PARAMETER: ParameterText = {
  description: 'The id of the message.',
  example: EXAMPLE_MESSAGE_ID,
};

const pageOfUpTo = (maximum: number): Record<string, ParameterText> => ({
  limit: {
    description: 'The maximum number of entries of the page.',
    example: 20,
    schema: { type: 'integer', minimum: 1, maximum, default: 50, pattern: undefined },
  },
  cursor: {
    description:
      'The `pagination.cursor` of the previous page. The other parameters must be the same as for that page.',
    example: 'WyIyMDI2LTAzLTAxVDEyOjAwOjAwLjAwMFoiXQ.q7Zb1o3k5Vq0Yw8mJ2n4r6t8u0x2z4B6D8F0H2J4L6M',
  },
});

/** The parameters of most lists. */
export const PAGE = pageOfUpTo(100);

export const MESSAGE_OPERATIONS = {
  listMessages: {
    tag: 'messages',
    summary: 'List messages',
    description:
      'Newest first. All filters can be combined. A request reads at most 2,000 messages. If it reads that many before the page is full, the page is short: `pagination.searched_until` shows how far the search got, and the cursor continues there.',
    query: {
      stage: {
        description:
          'Only messages of this stage. A deployment has one stage, so another one returns an empty list.',
        example: 'dev',
      },
      status: { description: 'Only messages with this status.', example: 'failed' },
      message_type: { description: 'Only messages of this type.', example: 'notify' },
      created_by: { description: 'Only messages of this creator.', example: 'user:ada' },
      correlation_id: {
        description: 'Only the messages of this run.',
        example: 'weekly-report-7',
      },
      created_after: {
        description:
          'Only messages created at this time or later. Write a plus sign in the offset as `%2B`.',
        example: '2026-03-01T00:00:00Z',
      },
      created_before: {
        description:
          'Only messages created before this time. Write a plus sign in the offset as `%2B`.',
        example: '2026-03-02T00:00:00+01:00',
      },
      ...pageOfUpTo(1_000),
    },
    responses: { 200: { description: 'A page of messages.', content: { shape: MESSAGE_LIST } } },
  },
  createMessage: {
    tag: 'messages',
    summary: 'Create a message',
    description:
      'The response is sent when the message is stored. Another function then processes the message. Unknown properties, and properties that only the system sets (`id`, `status`, `created_by`, …), are rejected. A `web_action` that cannot be undone requires an `Idempotency-Key`, also with `dry_run`. The response is 404 only for a `schedule_creation` message with the action `execute`, if the schedule does not exist while the flag `manual-messages` is limited by `enabled_for`.',
    body: NEW_MESSAGE,
    responses: {
      201: {
        description: 'The message is stored.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
    },
    errors: ['FEATURE_DISABLED', 'SCHEDULE_NOT_FOUND'],
  },
  getMessage: {
    tag: 'messages',
    summary: 'Get a message',
    description: 'The message as it is stored now.',
    path: { id: MESSAGE_ID_PARAMETER },
    responses: { 200: { description: 'The message.', content: { shape: MESSAGE } } },
    errors: ['MESSAGE_NOT_FOUND'],
  },
} satisfies Record<string, OperationContract>;
