import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('a message that is posted', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('becomes one push with its title, and both messages are completed', async () => {
    const { api, completed, ntfy, sendsOf, topic } = scene;

    const posted = await api<Message>('/api/messages', {
      message_type: 'manual',
      payload: { message: 'The kettle boils', title: 'Kitchen', priority: 'high' },
    });
    const [parent, child] = await completed(posted.body.correlation_id, 2);

    expect(posted.status).toBe(201);
    expect(parent).toMatchObject({ id: posted.body.id, message_type: 'manual', attempt: 1 });
    expect(child).toMatchObject({
      message_type: 'notify',
      parent_id: posted.body.id,
      notification_id: ntfy.messages(topic).find(({ title }) => title === 'Kitchen')?.id,
    });
    expect(sendsOf(child?.id ?? '')).toMatchObject([
      { title: 'Kitchen', message: 'The kettle boils', priority: 4 },
    ]);
  });

  it('has the same correlation id in the response, in both rows and in the request to ntfy', async () => {
    const { api, completed, ntfy } = scene;
    const run = newRun('post');

    const posted = await api<Message>('/api/messages', {
      message_type: 'manual',
      correlation_id: run,
      payload: { message: 'One thread through everything' },
    });
    const found = await completed(run, 2);

    const request = ntfy.received.find(({ body }) => body.includes('One thread'));
    expect(posted.headers.get('x-correlation-id')).toBe(run);
    expect(posted.body.correlation_id).toBe(run);
    expect(found.map(({ message_type }) => message_type).sort()).toEqual(['manual', 'notify']);
    expect(request?.headers['x-correlation-id']).toBe(run);
  });

  it('keeps properties and tags that are called like inherited properties, through every table and function', async () => {
    const { api, completed, sendsOf } = scene;
    const names = {
      constructor: 'Ferrari',
      toString: 1,
      nested: [{ constructor: { name: 'Set' } }],
    };

    const posted = await api<Message>('/api/messages', {
      message_type: 'manual',
      payload: { message: 'Race day', tags: ['constructor', '__proto__'] },
      arguments: names,
    });
    const [parent, child] = await completed(posted.body.correlation_id, 2);

    expect(posted.status).toBe(201);
    expect(parent).toMatchObject({ status: 'completed', arguments: names });
    expect(sendsOf(child?.id ?? '')).toMatchObject([{ tags: ['constructor', '__proto__'] }]);
  });
});
