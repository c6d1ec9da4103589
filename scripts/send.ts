/** Posts a message and prints its status until it is completed: `make send TEXT="…" TITLE="…" PRIORITY=high`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '#lib/messages/message.ts';
import type { Problem } from '#lib/platform/errors.ts';
import { command, problemsError } from './command.ts';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { localToken } from './users/local-users.ts';
import { variables } from './variables.ts';

/** The wait before the second request for the status. Each later wait is half as long again, up to the last value. */
const FIRST_PAUSE_MS = 150;
const LAST_PAUSE_MS = 2_000;
const PATIENCE_MS = 60_000;

/** The fields of a message, as the API returns them, that this script uses. */
export type SentMessage = Pick<
  Message,
  | 'id'
  | 'status'
  | 'created_date'
  | 'parent_id'
  | 'notification_id'
  | 'result'
  | 'error_code'
  | 'error_message'
>;

/** Signs in as the first admin. */
const signIn = async () => {
  const { endpoint } = runningPlatform();
  const token = await localToken(localClients(endpoint), { endpoint });
  return { Authorization: `Bearer ${token}` };
};

let identity: ReturnType<typeof signIn> | undefined;

const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  identity ??= signIn();
  const signedIn = await identity;
  const answer = await fetch(`${runningPlatform().apiUrl}${path}`, {
    ...init,
    headers: { ...init.headers, ...signedIn },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = (await answer.json()) as T & { error?: { message: string; details?: Problem[] } };
  if (answer.ok) return body;
  const { message = 'no reason given', details = [] } = body.error ?? {};
  throw problemsError(`${answer.status} ${message}`, details);
};

const main = async () => {
  const { TEXT, TITLE, PRIORITY } = variables();
  if (!TEXT)
    throw new Error('TEXT is missing: make send TEXT="Hello" [TITLE="From me"] [PRIORITY=high]');
  const payload = {
    message: TEXT,
    ...(TITLE ? { title: TITLE } : {}),
    ...(PRIORITY ? { priority: /^\d$/.test(PRIORITY) ? Number(PRIORITY) : PRIORITY } : {}),
  };
  const message = await call<SentMessage>('/api/messages', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message_type: 'manual', payload }),
  });
  console.log(line`message ${message.id}`);
  const end = Date.now() + PATIENCE_MS;
  await follow('message', message.id, end);
  const push = await childOf(message);
  if (push === undefined) return;
  console.log(deliveredText(await follow('push   ', push.id, end)));
};

/** Where a push ended, and what of it the phone does not show. */
export const deliveredText = ({ notification_id = '', result }: SentMessage): string => {
  const cut = result?.cut === undefined ? '' : JSON.stringify(result.cut);
  const delivered = line`on the phone as ${notification_id}`;
  return cut === '' ? delivered : line`${delivered}, shortened; original sizes: ${cut}`;
};

/** The status of a message, and why it waits or failed. */
export const statusText = (
  what: string,
  { status, error_code, error_message = '' }: SentMessage,
): string =>
  error_code === undefined
    ? line`${what} ${status}`
    : line`${what} ${status} (${error_code}: ${error_message})`;

/** Prints each new status until the message is completed. @throws Error when it fails or takes too long. */
const follow = async (what: string, id: string, endMs: number): Promise<SentMessage> => {
  let last = '';
  let pauseMs = FIRST_PAUSE_MS;
  while (Date.now() < endMs) {
    const row = await call<SentMessage>(`/api/messages/${id}`);
    const now = statusText(what, row);
    if (now !== last) console.log(now);
    last = now;
    if (row.status === 'completed') return row;
    if (row.status === 'failed') throw new Error(line`${id} failed`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, LAST_PAUSE_MS);
  }
  throw new Error(
    line`${id} is not finished yet; the platform continues with it: see the logs of make dev`,
  );
};

const childOf = async ({ id, created_date }: SentMessage): Promise<SentMessage | undefined> => {
  const since = encodeURIComponent(created_date);
  const { data } = await call<{ data: SentMessage[] }>(
    `/api/messages?message_type=notify&created_after=${since}`,
  );
  return data.find(({ parent_id }) => parent_id === id);
};

if (import.meta.main) await command(main);
