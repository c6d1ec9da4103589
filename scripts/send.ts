/** Posts a message and follows it to its end: `make send TEXT="…" TITLE="…" PRIORITY=high`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '#lib/platform/errors.ts';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { running } from './local/running.ts';
import { localToken } from './users/local-users.ts';

/** The first look; each later one waits half as long again, up to the last. */
const FIRST_LOOK_MS = 150;
const LAST_LOOK_MS = 2_000;
const PATIENCE_MS = 60_000;

interface Row {
  id: string;
  status: string;
  created_date: string;
  parent_id?: string;
  notification_id?: string;
  error_code?: string;
  error_message?: string;
}

/** As the first admin. */
const signIn = async () => {
  const { endpoint } = running();
  const token = await localToken(localClients(endpoint), { endpoint });
  return { Authorization: `Bearer ${token}` };
};

let identity: ReturnType<typeof signIn> | undefined;

const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  identity ??= signIn();
  const signedIn = await identity;
  const answer = await fetch(`${running().apiUrl}${path}`, {
    ...init,
    headers: { ...init.headers, ...signedIn },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = (await answer.json()) as T & { error?: { message: string; details?: Problem[] } };
  if (answer.ok) return body;
  const details = (body.error?.details ?? []).map(({ path, problem }) => `\n  ${path}: ${problem}`);
  throw new Error(
    `${answer.status} ${body.error?.message ?? 'no reason given'}${details.join('')}`,
  );
};

const main = async () => {
  const { TEXT, TITLE, PRIORITY } = process.env;
  if (!TEXT)
    throw new Error('which text? make send TEXT="Hello" [TITLE="From me"] [PRIORITY=high]');
  const payload = {
    message: TEXT,
    ...(TITLE ? { title: TITLE } : {}),
    ...(PRIORITY ? { priority: /^\d$/.test(PRIORITY) ? Number(PRIORITY) : PRIORITY } : {}),
  };
  const message = await call<Row>('/api/messages', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message_type: 'manual', payload }),
  });
  console.log(`message ${message.id}`);
  const end = Date.now() + PATIENCE_MS;
  await follow('message', message.id, end);
  const push = await childOf(message);
  if (push === undefined) return;
  const { notification_id } = await follow('push   ', push.id, end);
  console.log(`on the phone as ${notification_id}`);
};

/** Says every new status. @throws Error when the message fails or time is up. */
const follow = async (what: string, id: string, endMs: number): Promise<Row> => {
  let last = '';
  let pauseMs = FIRST_LOOK_MS;
  while (Date.now() < endMs) {
    const row = await call<Row>(`/api/messages/${id}`);
    const why = row.error_code ? ` (${row.error_code}: ${row.error_message})` : '';
    const now = `${what} ${row.status}${why}`;
    if (now !== last) console.log(now);
    last = now;
    if (row.status === 'completed') return row;
    if (row.status === 'failed') throw new Error(`${id} failed`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, LAST_LOOK_MS);
  }
  throw new Error(
    `${id} is not finished yet; the platform goes on with it: see the logs of make dev`,
  );
};

const childOf = async ({ id, created_date }: Row): Promise<Row | undefined> => {
  const since = encodeURIComponent(created_date);
  const { data } = await call<{ data: Row[] }>(
    `/api/messages?message_type=notify&created_after=${since}`,
  );
  return data.find(({ parent_id }) => parent_id === id);
};

await command(main);
