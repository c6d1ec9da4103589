import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { LOCAL_DIR } from '#scripts/local/paths.ts';
import { openPlatform, type Platform } from './support/platform.ts';

const note = (message: string) => ({ message_type: 'manual', payload: { message } });

/** A folder with everything below it, without links. */
const entriesOf = (path: string): { path: string; mode: number }[] => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isSymbolicLink()) return [];
  const below = stat.isDirectory() ? readdirSync(path) : [];
  return [{ path, mode: stat.mode }, ...below.flatMap((name) => entriesOf(join(path, name)))];
};

describe('the platform on this machine', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await openPlatform();
  });

  afterAll(() => platform.close());

  it('responds again after every function was killed', async () => {
    const before = await platform.api('/api/health');

    const killed = await platform.killFunctions();
    const after = await platform.until(async () => {
      const answer = await platform.api('/api/health');
      return answer.status === 200 && answer;
    });

    expect(before.status).toBe(200);
    expect(killed).toBeGreaterThan(0);
    expect(after.body.status).toBe('healthy');
  });

  it('keeps its rows and delivers messages after the local AWS was restarted', async () => {
    const { api, row, until, ntfy, topic } = platform;
    const before = await api<Message>('/api/messages', note('before the restart'));

    await platform.restartAws();
    const after = await api<Message>('/api/messages', note('after the restart'));
    await until(() => ntfy.messages(topic).some(({ message }) => message === 'after the restart'));

    expect(after.status).toBe(201);
    expect(await row(before.body.id)).toMatchObject({ payload: { message: 'before the restart' } });
  });

  it('lets no other user of the machine read state, keys, code or logs', async () => {
    await platform.api('/api/health');

    const found = entriesOf(LOCAL_DIR);
    const entries = found.map(({ path }) => path);
    const open = found.filter(({ mode }) => (mode & 0o077) !== 0).map(({ path }) => path);

    expect(entries.filter((path) => /ministack-lambda-[^/]+$/.test(path))).not.toEqual([]);
    expect(entries.filter((path) => path.endsWith('.pem'))).not.toEqual([]);
    expect(open).toEqual([]);
  });

  it('runs the sweeper on request', async () => {
    await expect(platform.sweep()).resolves.toBeUndefined();
  });
});
