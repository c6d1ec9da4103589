import type { OperationContract } from '#handlers/web-api/contract/model.ts';
import { MESSAGE, MESSAGE_EXAMPLE } from '#handlers/web-api/contract/shapes/message.ts';
import { RUN } from '#handlers/web-api/contract/shapes/run.ts';
import { MESSAGE_ID_PARAMETER } from './messages.ts';

export const RUN_OPERATIONS = {
  getRun: {
    tag: 'messages',
    summary: 'Get the run of a message',
    description:
      'The first message of the run and all messages that it produced, as a tree with states, times, durations and results. Every message of a run returns the same tree. The tree contains no payloads.',
    path: {
      id: { ...MESSAGE_ID_PARAMETER, description: 'The id of any message of the run.' },
    },
    responses: { 200: { description: 'The run.', content: { shape: RUN } } },
    errors: ['MESSAGE_NOT_FOUND'],
  },
  redriveMessage: {
    tag: 'messages',
    summary: 'Redrive a failed message',
    description:
      'The message is processed again, with its strikes and retries reset and with the validity of a new message of its type. Its children do not change; redrive a failed child separately. `redrives` records the caller and the reason. A web action whose effect is `unknown` asks the service again and sends nothing; one whose effect is `confirmed` cannot be redriven.',
    path: { id: MESSAGE_ID_PARAMETER },
    body: {
      shape: {
        name: 'Redrive',
        description: 'The reason for processing a failed message again.',
        properties: {
          reason: {
            description: 'The reason. It is stored with the message.',
            minLength: 1,
            maxLength: 500,
          },
        },
      },
      examples: {
        repaired: { summary: 'The cause is repaired', value: { reason: 'the token is replaced' } },
      },
    },
    responses: {
      202: {
        description: 'The message is queued again.',
        headers: ['Location'],
        content: {
          shape: MESSAGE,
          example: {
            ...MESSAGE_EXAMPLE,
            redrives: [
              { at: '2026-03-01T12:00:00.000Z', by: 'user:ada', reason: 'the token is replaced' },
            ],
          },
        },
      },
    },
    errors: ['MESSAGE_NOT_FOUND', 'NOT_FAILED', 'EFFECT_CONFIRMED'],
  },
} satisfies Record<string, OperationContract>;
