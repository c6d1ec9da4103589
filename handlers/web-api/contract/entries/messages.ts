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

export const PAGE: Record<string, ParameterText> = {
  limit: {
    description: 'The most entries of the page.',
    example: 20,
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 50, pattern: undefined },
  },
  cursor: {
    description: 'The `cursor` of the previous page, unchanged, with the same query.',
    example: 'WyIyMDI2LTAzLTAxVDEyOjAwOjAwLjAwMFoiXQ.q7Zb1o3k5Vq0Yw8mJ2n4r6t8u0x2z4B6D8F0H2J4L6M',
  },
};

export const MESSAGE_OPERATIONS = {
  listMessages: {
    tag: 'messages',
    summary: 'List messages',
    description:
      'Newest first. Every combination of filters is served from an index, and pages are filled up to `limit`. A request reads at most 2,000 messages; if that is not enough, `pagination.searched_until` is the point that it reached, and the cursor continues there.',
    query: {
      stage: {
        description: 'Messages of this deployment. The name of another one returns an empty list.',
        example: 'dev',
      },
      status: { description: 'Messages in this state.', example: 'failed' },
      message_type: { description: 'Messages of this type.', example: 'notify' },
      created_by: { description: 'Messages of this creator.', example: 'user:ada' },
      created_after: {
        description:
          'Messages created at this instant or later. A plus in its offset is written `%2B`.',
        example: '2026-03-01T00:00:00Z',
      },
      created_before: {
        description: 'Messages created before this instant. A plus in its offset is written `%2B`.',
        example: '2026-03-02T00:00:00+01:00',
      },
      ...PAGE,
    },
    responses: { 200: { description: 'A page of messages.', content: { shape: MESSAGE_LIST } } },
  },
  createMessage: {
    tag: 'messages',
    summary: 'Create a message',
    description:
      'The answer comes when the message is stored; another function starts its work at once. Properties that only the system sets (`id`, `status`, `created_by`, …) and unknown properties are refused. 404 is answered only to a `schedule_creation` with `execute` while the flag `manual-messages` is limited to some types and no such schedule exists.',
    body: NEW_MESSAGE,
    responses: {
      201: {
        description: 'It is stored.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
    },
    errors: ['FEATURE_DISABLED', 'SCHEDULE_NOT_FOUND'],
  },
  getMessage: {
    tag: 'messages',
    summary: 'Get a message',
    description: 'The current state of the message.',
    path: { id: MESSAGE_ID_PARAMETER },
    responses: { 200: { description: 'The message.', content: { shape: MESSAGE } } },
    errors: ['MESSAGE_NOT_FOUND'],
  },
} satisfies Record<string, OperationContract>;
