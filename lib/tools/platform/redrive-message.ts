import * as z from 'zod/mini';
import { requireMessage, requireUnconfirmed } from '#lib/entry/require-message.ts';
import { SYSTEM_FIELDS } from '#lib/messages/message-schema.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';

/** `redrive_message` */
export const redriveMessageTool = defineDirectTool({
  name: 'redrive_message',
  title: 'Redrive a message',
  description:
    'Runs a failed message again. The row of the message records the person and the reason. What cannot be undone then needs the approval of a person, also if it had one before. Messages that it created are not run again. get_run shows the result.',
  role: 'operator',
  hint: 'additive',
  isIdempotent: false,
  isOpenWorld: false,
  input: z.strictObject(
    describedShape(
      { message_id: z.string(), reason: ReasonText },
      {
        message_id: 'The failed message. list_messages with status failed finds them.',
        reason: 'Why it is run again, for people. At most 500 characters.',
      },
    ),
  ),
  output: z.strictObject(
    describedShape(
      { message_id: z.string(), message_type: z.string(), status: SYSTEM_FIELDS.status },
      {
        message_id: 'The message.',
        message_type: 'The kind of work.',
        status: 'The status now. created and queued: it will run.',
      },
    ),
  ),
  answer: async ({ message_id, reason }, { caller, log }, { find, findEffect, redrive }) => {
    const failed = await requireMessage(message_id, find);
    await requireUnconfirmed(failed, findEffect);
    const { id, message_type, status } = await redrive(failed.id, { by: caller, reason }, log);
    return {
      text: `The ${message_type} message ${id} runs again. If it cannot be undone, a person must approve it first. Call get_run with message_id ${id} to see the result.`,
      data: { message_id: id, message_type, status },
    };
  },
});
