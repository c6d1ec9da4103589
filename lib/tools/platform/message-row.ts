import * as z from 'zod/mini';
import { SYSTEM_FIELDS } from '#lib/messages/message-schema.ts';
import type { RunMember } from '#lib/messages/run-tree.ts';
import { env } from '#lib/platform/env.ts';
import { shortened } from '#lib/platform/text.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { isWaitingForApproval } from '#lib/tools/message-answer.ts';
import { shownLine } from '#lib/tools/shown-text.ts';

const PUBLIC_URL = env('PUBLIC_URL');
const MAX_SUMMARY_CHARS = 300;

/** The properties of a message in a list for assistants. Without its input, which can be large. */
export const MESSAGE_ROW = describedShape(
  {
    message_id: z.string(),
    message_type: z.string(),
    status: SYSTEM_FIELDS.status,
    created_date: z.string(),
    ended_at: z.optional(z.string()),
    requested_by: z.string(),
    summary: z.optional(z.string()),
    error_code: z.optional(z.string()),
    error_message: z.optional(z.string()),
    approval_url: z.optional(z.string()),
  },
  {
    message_id: 'Identifies the message.',
    message_type: 'The kind of work.',
    status:
      'created, queued and processing are not finished. A failed message can be redriven, a completed one never changes.',
    created_date: 'When it was created. ISO 8601, UTC.',
    ended_at: 'When its work ended. ISO 8601, UTC. Absent before that.',
    requested_by: 'Who began the run: user:<name>, scheduler, sweeper, mcp:<name> or agent:<name>.',
    summary: `The beginning of its result, at most ${MAX_SUMMARY_CHARS} characters.`,
    error_code: 'Why it failed or waits, as a code.',
    error_message: 'Why it failed or waits, for people.',
    approval_url: 'Where a person decides. Present while it waits for an approval.',
  },
);

type MessageRow = z.output<z.ZodMiniObject<typeof MESSAGE_ROW>>;

/** The row of a message. */
export const messageRow = (message: RunMember): MessageRow => {
  const { id, message_type, status, created_date, requested_by, approval_id } = message;
  const { processing_completed_at: ended_at, error_code, error_message } = message;
  const summary = summaryOf(message);
  return {
    message_id: id,
    message_type,
    status,
    created_date,
    ...(ended_at === undefined ? {} : { ended_at }),
    requested_by,
    ...(summary === undefined ? {} : { summary }),
    ...(error_code === undefined ? {} : { error_code }),
    ...(error_message === undefined ? {} : { error_message: briefly(error_message) }),
    ...(approval_id !== undefined && isWaitingForApproval(message)
      ? { approval_url: `${PUBLIC_URL}/approvals/${approval_id}` }
      : {}),
  };
};

/** The row as one line. */
export const messageLine = (row: MessageRow): string => {
  const { message_id, message_type, status, created_date, summary } = row;
  const { error_code, error_message, approval_url } = row;
  return [
    `${created_date} ${message_type} ${message_id}: ${status}`,
    ...(error_code === undefined ? [] : [`${error_code}: ${error_message ?? ''}`]),
    ...(approval_url === undefined ? [] : [`waits for an approval at ${approval_url}`]),
    ...(summary === undefined ? [] : [summary]),
  ].join('; ');
};

/** A web action has a summary, a change of a schedule an outcome. */
const summaryOf = ({ result = {} }: RunMember): string | undefined => {
  const { summary, outcome, name, reason } = result;
  if (typeof summary === 'string') return briefly(summary);
  if (typeof outcome !== 'string') return undefined;
  const rest = [name, reason].filter((one) => typeof one === 'string');
  return briefly([outcome, ...rest].join(': '));
};

const briefly = (text: string): string => shortened(shownLine(text), MAX_SUMMARY_CHARS);
