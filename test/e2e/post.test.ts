import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { openPlatform, type Platform } from './support/platform.ts';

describe('a message that is posted', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await openPlatform();
  });

  afterAll(() => platform.close());

  it('becomes one push with its title, and both rows are completed', async () => {
    const { api, ntfy, topic, until, row, childrenOf } = platform;

    const posted = await api<Message>('/api/messages', {
      message_type: 'manual',
      payload: { message: 'The kettle boils', title: 'Kitchen', priority: 'high' },
    });
    const pushes = await until(() => {
      const found = ntfy.messages(topic).filter(({ title }) => title === 'Kitchen');
      return found.length > 0 && found;
    });
    const done = await until(async () => {
      const [child] = await childrenOf(posted.body);
      return child?.status === 'completed' && child;
    });

    expect(posted.status).toBe(201);
    expect(pushes).toMatchObject([{ title: 'Kitchen', message: 'The kettle boils', priority: 4 }]);
    expect(done.notification_id).toBe(pushes[0]?.id);
    expect(await row(posted.body.id)).toMatchObject({
      status: 'completed',
      message_type: 'manual',
    });
  });
});
