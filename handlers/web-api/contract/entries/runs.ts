import type { OperationContract } from '#handlers/web-api/contract/model.ts';
import { MESSAGE, MESSAGE_EXAMPLE } from '#handlers/web-api/contract/shapes/message.ts';
import { RUN } from '#handlers/web-api/contract/shapes/run.ts';
import { MESSAGE_ID_PARAMETER } from './messages.ts';

export const RUN_OPERATIONS = {
  getRun: {
    tag: 'messages',
    summary: 'Look at a whole run',
    description:
      'A message, what began its run and everything that came of it, as a tree: states, times, durations and results. Any message of a run shows the same tree. Payloads are not in it.',
    path: {
      id: { ...MESSAGE_ID_PARAMETER, description: 'The id of any message of the run.' },
    },
    responses: { 200: { description: 'The run.', content: { shape: RUN } } },
    errors: ['MESSAGE_NOT_FOUND'],
  },
  redriveMessage: {
    tag: 'messages',
    summary: 'Send a failed message through again',
    description:
      'With a clean slate and new time: it is valid again as long as a new message of its type. What it has spawned is left as it is; a failed child is redriven by itself. Who wanted it and why is recorded in `redrives`.',
    path: { id: MESSAGE_ID_PARAMETER },
    body: {
      shape: {
        name: 'Redrive',
        description: 'Why a failed message is worth another try.',
        properties: {
          reason: {
            description: 'For whoever looks at the message later.',
            minLength: 1,
            maxLength: 500,
          },
        },
      },
      examples: {
        mended: { summary: 'What was wrong is mended', value: { reason: 'the token is mended' } },
      },
    },
    responses: {
      202: {
        description: 'It is under way again.',
        headers: ['Location'],
        content: {
          shape: MESSAGE,
          example: {
            ...MESSAGE_EXAMPLE,
            redrives: [
              { at: '2026-03-01T12:00:00.000Z', by: 'user:ada', reason: 'the token is mended' },
            ],
          },
        },
      },
    },
    errors: ['MESSAGE_NOT_FOUND', 'NOT_FAILED'],
  },
} satisfies Record<string, OperationContract>;
