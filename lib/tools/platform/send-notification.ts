import * as z from 'zod/mini';
import { NEW_PAYLOADS } from '#lib/messages/payloads.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { answerAtEnd } from '#lib/tools/message-answer.ts';
import { defineMessageTool } from '#lib/tools/message-tool.ts';

const SENT = 'The push was sent.';
const CUT = 'The push was sent. It was cut, because it is too long.';

/** `send_notification` */
export const sendNotificationTool = defineMessageTool({
  name: 'send_notification',
  aliases: ['send_push_notification'],
  title: 'Send a push notification',
  description:
    'Sends one push notification to the phones of the people of this deployment. Everybody who subscribed gets it, and it cannot be taken back. While the push service does not respond, it is sent later, within 72 hours. About 4,000 bytes fit; a longer text is cut.',
  role: 'operator',
  hint: 'additive',
  isIdempotent: false,
  isOpenWorld: false,
  input: z.strictObject(
    describedShape(NEW_PAYLOADS.notify.shape as Record<string, z.ZodMiniType>, {
      message: 'The text.',
      title: 'The title. At most 250 characters.',
      priority:
        'How urgent it is: 1 (min), 2 (low), 3 (default), 4 (high) or 5 (max or urgent), as a number or a word. From 4 on, phones make more noise.',
      tags: 'At most 10 tags of at most 50 characters. The name of an emoji, such as warning, becomes the emoji.',
      click: 'What a tap opens. An https link.',
      markdown: 'Whether the text is Markdown.',
    }),
  ),
  draftOf: (payload) => ({ message_type: 'notify', payload }),
  pathOf: (path) => path.replace(/^payload\.?/, ''),
  answerOf: (message, approval) =>
    answerAtEnd(
      message.status === 'completed'
        ? { ...message, result: { summary: message.result?.cut === undefined ? SENT : CUT } }
        : message,
      approval,
    ),
});
