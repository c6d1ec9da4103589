import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { openPlatform, type Platform } from './support/platform.ts';

const note = (message: string) => ({ message_type: 'manual', payload: { message } });

describe('the platform on this machine', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await openPlatform();
  });

  afterAll(() => platform.close());

  it('answers again after every function was killed', async () => {
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

  it('still has its rows and delivers after the local AWS was stopped and started again', async () => {
    const { api, row, until, ntfy, topic } = platform;
    const before = await api<Message>('/api/messages', note('before the restart'));

    await platform.restartAws();
    const after = await api<Message>('/api/messages', note('after the restart'));
    await until(() => ntfy.messages(topic).some(({ message }) => message === 'after the restart'));

    expect(after.status).toBe(201);
    expect(await row(before.body.id)).toMatchObject({ payload: { message: 'before the restart' } });
  });

  it('runs the sweeper when asked', async () => {
    await expect(platform.sweep()).resolves.toBeUndefined();
  });
});
