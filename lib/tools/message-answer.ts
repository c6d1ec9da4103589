import { APPROVAL_HOLD, type Approval } from '#lib/approvals/approval-schema.ts';
import { factsWithLimit } from '#lib/approvals/facts-with-limit.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { cleanLine, cleanText } from '#lib/platform/text.ts';
import { adviceFor } from './failure-advice.ts';
import type { ClosedSchema, ToolAnswer } from './tool.ts';

const PUBLIC_URL = env('PUBLIC_URL');

const text = (description: string) => ({ type: 'string', description });

/** The output schema of a tool that creates a message. @param data the schema of what the message produces */
export const messageOutput = (data?: ClosedSchema): ClosedSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    message_id: text('The message that the call created. get_run shows what became of it.'),
    status: {
      type: 'string',
      enum: ['completed', 'failed', 'waiting_for_approval', 'open'],
      description: 'How the message stands.',
    },
    summary: text('The result for people.'),
    ...(data === undefined ? {} : { data: withoutDialect(data) }),
    already_done: {
      type: 'boolean',
      description: 'Whether an earlier message had done it, so that nothing was done now.',
    },
    stale_seconds: {
      type: 'integer',
      description: 'The age of the data, because the service does not respond now. Seconds.',
    },
    truncated: {
      type: 'boolean',
      description: 'Whether the data are missing, because they are too large.',
    },
    error_code: text('Why it failed or waits.'),
    approval_id: text('The approval that it waits for.'),
    approval_url: text('Where a person decides.'),
    expires_at: text('When the decision is no longer possible. ISO 8601, UTC.'),
  },
  required: ['message_id', 'status'],
  additionalProperties: false,
});

/** The answer of a tool that created a message, from the message as it was read last. */
export const answerAtEnd = (message: Message, approval?: Approval): ToolAnswer => {
  switch (message.status) {
    case 'completed':
      return completedAnswer(message);
    case 'failed':
      return failedAnswer(message);
    default:
      return approval !== undefined && isWaitingForApproval(message)
        ? waitingAnswer(message, approval)
        : openAnswer(message);
  }
};

/** Whether a message waits for a person's decision. */
export const isWaitingForApproval = ({ due_bucket }: Pick<Message, 'due_bucket'>): boolean =>
  due_bucket === `held-${APPROVAL_HOLD}`;

const completedAnswer = ({ id, result = {} }: Message): ToolAnswer => {
  const { summary, data, already_done, stale_seconds, truncated } = result;
  const shown = typeof summary === 'string' && summary !== '' ? cleanText(summary) : 'Done.';
  return {
    text: shown,
    data: defined({
      message_id: id,
      status: 'completed',
      summary: shown,
      data,
      already_done,
      stale_seconds,
      truncated,
    }),
  };
};

const failedAnswer = ({ id, error_code, error_message = 'it failed' }: Message): ToolAnswer => ({
  text: `${sentence(error_message)} ${adviceFor(error_code)}`,
  data: defined({ message_id: id, status: 'failed', error_code }),
  isError: true,
});

const waitingAnswer = ({ id, error_code }: Message, approval: Approval): ToolAnswer => {
  const { id: approval_id, title, expires_at } = approval;
  const approval_url = `${PUBLIC_URL}/approvals/${approval_id}`;
  const facts = factsWithLimit(approval).map(
    ({ label, value }) => `${cleanLine(label)}: ${cleanLine(value)}`,
  );
  return {
    text: [
      `Nothing was done yet. A person must approve it: ${cleanLine(title)}.`,
      ...facts,
      `Every operator was asked by a push, and can decide until ${expires_at} at ${approval_url}.`,
      `An assistant cannot decide. Call get_run with message_id ${id} to see the decision and the result.`,
    ].join('\n'),
    data: defined({
      message_id: id,
      status: 'waiting_for_approval',
      error_code,
      approval_id,
      approval_url,
      expires_at,
    }),
  };
};

const openAnswer = ({ id, error_code, error_message }: Message): ToolAnswer => ({
  text: [
    'It is not finished yet.',
    ...(error_message === undefined ? [] : [`It waits: ${sentence(error_message)}`]),
    `Do not repeat the call. Call get_run with message_id ${id} to see the result.`,
  ].join(' '),
  data: defined({ message_id: id, status: 'open', error_code }),
});

/** One line that ends with a full stop and begins with a capital letter. */
const sentence = (line: string): string => {
  const cleaned = cleanLine(line).replace(/[.!?]*$/, '');
  return `${cleaned.charAt(0).toUpperCase()}${cleaned.slice(1)}.`;
};

const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const withoutDialect = ({ $schema: _dialect, ...schema }: ClosedSchema): ClosedSchema => schema;
