import * as z from 'zod/mini';
import type { OperationContract } from '#handlers/web-api/contract/model.ts';
import { ACTION_LIST, RESULT_LIST } from '#handlers/web-api/contract/shapes/action.ts';
import { MESSAGE } from '#handlers/web-api/contract/shapes/message.ts';
import { MESSAGE_ID_PARAMETER, PAGE } from './messages.ts';

const flagText = (description: string, byDefault: 'true' | 'false') => ({
  description,
  example: byDefault === 'true' ? 'false' : 'true',
  schema: { default: byDefault },
});

export const ACTION_OPERATIONS = {
  listActions: {
    tag: 'actions',
    summary: 'List actions',
    description:
      'Every operation that a web action can run, with the JSON Schemas of its input and output. An endpoint that an operator configured is an entry of its own: the operation that calls it, with the input of the endpoint. While the endpoints cannot be read, they are missing.',
    responses: { 200: { description: 'The operations.', content: { shape: ACTION_LIST } } },
  },
  runAction: {
    tag: 'actions',
    summary: 'Run an action',
    description:
      'Creates the same message of type `web_action` as a POST to the messages; the body is the input of the operation. Another function then calls the service. With `wait`, the response is sent when the message is completed or failed, or when the time is over. With an `Idempotency-Key`, a repeated request can have another `wait`; it waits again, and returns the message as it is then. An operation that cannot be undone (`effect` is `irreversible`) requires the key, also with `dry_run`. Your request is its approval; see `needs_approval` of the list.',
    path: {
      action: { description: 'The provider.', example: 'weather' },
      operation: {
        description: 'The operation, or one of its other names.',
        example: 'get_forecast',
      },
    },
    query: {
      wait: {
        description: 'How long to wait for the end of the message. Seconds.',
        example: 5,
        schema: { type: 'integer', minimum: 1, maximum: 25, pattern: undefined },
      },
      dry_run: flagText('Whether to carry out only what reads, and to report the rest.', 'false'),
      notify: flagText('Whether a push reports the result.', 'true'),
    },
    body: {
      shape: {
        name: 'ActionInput',
        description:
          'The input of the operation. `GET /api/actions` returns its schema. At most 64 KB as JSON.',
        properties: {},
      },
      schema: z.looseObject({}),
      examples: { weather: { summary: 'The forecast for two days', value: { days: 2 } } },
    },
    responses: {
      200: {
        description: 'The message is completed or failed. Only with `wait`.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
      201: {
        description: 'The message is stored. Only without `wait`.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
      202: {
        description: 'The message is not completed or failed yet. Only with `wait`.',
        headers: ['Location'],
        content: { shape: MESSAGE },
      },
    },
    errors: ['UNKNOWN_ACTION', 'FEATURE_DISABLED'],
  },
  listResults: {
    tag: 'actions',
    summary: 'List the results of a message',
    description:
      'How each run of a web action ended, with the last response of the service. Newest first. Results are deleted after three days.',
    path: { id: MESSAGE_ID_PARAMETER },
    query: PAGE,
    responses: { 200: { description: 'A page of results.', content: { shape: RESULT_LIST } } },
    errors: ['MESSAGE_NOT_FOUND'],
  },
} satisfies Record<string, OperationContract>;
