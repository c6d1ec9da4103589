/** Posts a message and prints its status until it is completed: `make send TEXT="…" TITLE="…" PRIORITY=high STAGE=…`. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { command } from './command.ts';
import {
  type FollowedMessage,
  FollowedMessageFields,
  followMessage,
  requireCompleted,
} from './follow-message.ts';
import { line } from './printable.ts';
import { readStage } from './stages.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

const TIMEOUT_MS = 60_000;

const FollowedMessages = z.object({ data: z.array(FollowedMessageFields) });

const main = async () => {
  const given = variables();
  const { TEXT, TITLE, PRIORITY } = given;
  if (!TEXT) {
    throw new Error(
      'TEXT is missing: make send TEXT="Hello" [TITLE="From me"] [PRIORITY=high] [STAGE=…]',
    );
  }
  const platform = await targetPlatform(readStage(given.STAGE, 'make send TEXT="Hello"'));
  const payload = {
    message: TEXT,
    ...(TITLE ? { title: TITLE } : {}),
    ...(PRIORITY ? { priority: /^\d$/.test(PRIORITY) ? Number(PRIORITY) : PRIORITY } : {}),
  };
  await sendText(platform, payload);
};

/** Posts a message with this payload, and prints what happens to it and to its push. */
export const sendText = async (
  platform: TargetPlatform,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const draft = {
    ...platform,
    path: '/api/messages',
    body: { message_type: 'manual', payload },
    idempotencyKey: randomUUID(),
  };
  const message = await callApi(draft, FollowedMessageFields);
  console.log(line`message ${message.id}`);
  const follow = { ...platform, endMs: Date.now() + TIMEOUT_MS, print: console.log };
  requireCompleted(await followMessage(message.id, { ...follow, what: 'message' }));

  const since = encodeURIComponent(message.created_date);
  const path = `/api/messages?message_type=notify&created_after=${since}`;
  const { data } = await callApi({ ...platform, path }, FollowedMessages);
  const push = data.find(({ parent_id }) => parent_id === message.id);
  if (push === undefined) return;
  const delivered = await followMessage(push.id, { ...follow, what: 'push   ' });
  requireCompleted(delivered);
  console.log(deliveredText(delivered));
};

/** The receipt of a push, and what of it the phone does not show. */
export const deliveredText = ({
  notification_id = '',
  result,
}: Pick<FollowedMessage, 'notification_id' | 'result'>): string => {
  const cut = result?.cut === undefined ? '' : JSON.stringify(result.cut);
  const delivered = line`on the phone as ${notification_id}`;
  return cut === '' ? delivered : line`${delivered}, shortened; original sizes: ${cut}`;
};

if (import.meta.main) await command(main);
