import { APPROVAL_HOLD, type Approval } from '#lib/approvals/approval-schema.ts';
import { factsWithLimit } from '#lib/approvals/facts-with-limit.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { type ClosedSchema, portableSchema, withoutDialect } from './closed-schema.ts';
import { adviceFor } from './failure-advice.ts';
import { shownData, shownLine, shownSentence, shownText } from './shown-text.ts';
import type { ToolAnswer } from './tool.ts';

const PUBLIC_URL = env('PUBLIC_URL');

const text = (description: string) => ({ type: 'string', description });

/** The output schema of a tool that creates a message. @param data the schema of what the message produces */
export const messageOutput = (data?: ClosedSchema): ClosedSchema =>
  portableSchema({
    type: 'object',
    properties: {
      message_id: text('The message that the call created. get_run shows what became of it.'),
      status: {
        type: 'string',
        enum: ['completed', 'failed', 'waiting_for_approval', 'open'],
        description: 'How the call stands.',
      },
      summary: text('The result for people. Only if it is completed.'),
      ...(data === undefined
        ? {}
        : { data: { description: 'The result as data.', ...withoutDialect(data) } }),
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
      error_code: text('Why it failed or waits, as a code.'),
      error_message: text('Why it failed or waits, for people.'),
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
      return approval?.status === 'pending' && isWaitingForApproval(message)
        ? waitingAnswer(message, approval)
        : openAnswer(message);
  }
};

/** Whether a message waits for a person's decision. */
export const isWaitingForApproval = ({ due_bucket }: Pick<Message, 'due_bucket'>): boolean =>
  due_bucket === `held-${APPROVAL_HOLD}`;

const completedAnswer = ({ id, result = {} }: Message): ToolAnswer => {
  const { summary, data, already_done, stale_seconds, truncated } = result;
  const shown = typeof summary === 'string' ? shownText(summary) : '';
  return {
    text: [shown === '' ? 'Done.' : shown, ...(truncated === true ? [TOO_LARGE] : [])].join('\n'),
    data: defined({
      message_id: id,
      status: 'completed',
      summary: shown === '' ? 'Done.' : shown,
      data: shownData(data),
      already_done,
      stale_seconds,
      truncated,
    }),
  };
};

const TOO_LARGE = 'The data are left out, because they are too large: ask for less at a time.';

const failedAnswer = ({ id, error_code, error_message = 'it failed' }: Message): ToolAnswer => {
  const reason = shownSentence(error_message);
  return {
    text: `${reason} ${adviceFor(error_code)}`,
    data: defined({ message_id: id, status: 'failed', error_code, error_message: reason }),
    isError: true,
  };
};

const waitingAnswer = ({ id, error_code }: Message, approval: Approval): ToolAnswer => {
  const { id: approval_id, title, expires_at } = approval;
  const approval_url = `${PUBLIC_URL}/approvals/${approval_id}`;
  const facts = factsWithLimit(approval).map(
    ({ label, value }) => `${shownLine(label)}: ${shownLine(value)}`,
  );
  return {
    text: [
      `Nothing was done yet. A person must approve it: ${shownLine(title)}.`,
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

const openAnswer = ({ id, error_code, error_message }: Message): ToolAnswer => {
  const reason = error_message === undefined ? undefined : shownSentence(error_message);
  return {
    text: [
      'It is not finished yet.',
      ...(reason === undefined ? [] : [`It waits: ${reason}`]),
      `Do not repeat the call. Call get_run with message_id ${id} to see the result.`,
    ].join(' '),
    data: defined({ message_id: id, status: 'open', error_code, error_message: reason }),
  };
};

const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
