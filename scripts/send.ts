/** Posts a message and prints its status until it is completed: `make send TEXT="…" TITLE="…" PRIORITY=high`. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { command } from './command.ts';
import { callApi } from './local/api.ts';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { localToken } from './users/local-users.ts';
import { variables } from './variables.ts';

/** The wait before the second request for the status. Each later wait is half as long again, up to the last value. */
const FIRST_PAUSE_MS = 150;
const LAST_PAUSE_MS = 2_000;
const TIMEOUT_MS = 60_000;

/** The fields of a message, as the API returns them, that this script uses. */
const SentMessageFields = z.object({
  id: z.string(),
  status: z.string(),
  created_date: z.string(),
  parent_id: z.optional(z.string()),
  notification_id: z.optional(z.string()),
  result: z.optional(z.record(z.string(), z.unknown())),
  error_code: z.optional(z.string()),
  error_message: z.optional(z.string()),
});
const SentMessages = z.object({ data: z.array(SentMessageFields) });

export type SentMessage = z.output<typeof SentMessageFields>;

const main = async () => {
  const { TEXT, TITLE, PRIORITY } = variables();
  if (!TEXT)
    throw new Error('TEXT is missing: make send TEXT="Hello" [TITLE="From me"] [PRIORITY=high]');
  const payload = {
    message: TEXT,
    ...(TITLE ? { title: TITLE } : {}),
    ...(PRIORITY ? { priority: /^\d$/.test(PRIORITY) ? Number(PRIORITY) : PRIORITY } : {}),
  };
  const { apiUrl, endpoint } = runningPlatform();
  const token = await localToken(localClients(endpoint), { endpoint });
  const call = { apiUrl, token, timeoutMs: TIMEOUT_MS };

  const draft = { ...call, path: '/api/messages', body: { message_type: 'manual', payload } };
  const message = await callApi(draft, SentMessageFields);
  console.log(line`message ${message.id}`);
  const endMs = Date.now() + TIMEOUT_MS;
  const read = (id: string) =>
    callApi({ ...call, path: `/api/messages/${encodeURIComponent(id)}` }, SentMessageFields);
  await follow('message', message.id, { read, endMs });

  const since = encodeURIComponent(message.created_date);
  const pushes = { ...call, path: `/api/messages?message_type=notify&created_after=${since}` };
  const { data } = await callApi(pushes, SentMessages);
  const push = data.find(({ parent_id }) => parent_id === message.id);
  if (push === undefined) return;
  console.log(deliveredText(await follow('push   ', push.id, { read, endMs })));
};

/** The receipt of a push, and what of it the phone does not show. */
export const deliveredText = ({
  notification_id = '',
  result,
}: Pick<SentMessage, 'notification_id' | 'result'>): string => {
  const cut = result?.cut === undefined ? '' : JSON.stringify(result.cut);
  const delivered = line`on the phone as ${notification_id}`;
  return cut === '' ? delivered : line`${delivered}, shortened; original sizes: ${cut}`;
};

/** The status of a message, and why it waits or failed. */
export const statusText = (
  what: string,
  {
    status,
    error_code,
    error_message = '',
  }: Pick<SentMessage, 'status' | 'error_code' | 'error_message'>,
): string =>
  error_code === undefined
    ? line`${what} ${status}`
    : line`${what} ${status} (${error_code}: ${error_message})`;

interface FollowOptions {
  read: (id: string) => Promise<SentMessage>;
  endMs: number;
}

/** Prints each new status until the message is completed. @throws Error when it fails or takes too long */
const follow = async (what: string, id: string, { read, endMs }: FollowOptions) => {
  let printed = '';
  let pauseMs = FIRST_PAUSE_MS;
  while (Date.now() < endMs) {
    const message = await read(id);
    const text = statusText(what, message);
    if (text !== printed) console.log(text);
    printed = text;
    if (message.status === 'completed') return message;
    if (message.status === 'failed') throw new Error(line`${id} failed`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, LAST_PAUSE_MS);
  }
  throw new Error(
    line`${id} is not finished yet. The platform continues with it: see the logs of make dev`,
  );
};

if (import.meta.main) await command(main);
