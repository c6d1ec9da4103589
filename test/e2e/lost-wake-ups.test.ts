import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { nameOf } from '#scripts/local/clients.ts';
import { aRow, newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

/** Due for a while. */
const overdue = () => ({ next_due_at: iso(Date.now() - MINUTE_MS) });

describe('a message whose wake-up is lost', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('because its producer crashed before it published is delivered by the sweeper (F01)', async () => {
    const { completed, rows, sendsOf, sweep } = scene;
    const stored = aRow('manual', { message: 'Stored and never published' }, overdue());
    await rows.put(stored);

    await sweep();
    const [, push] = await completed(stored.correlation_id, 2);

    expect(sendsOf(push?.id ?? '')).toHaveLength(1);
  });

  it('between the topic and the queue is delivered by the sweeper (F07, F26)', async () => {
    const { api, clients, completed, row, rows, sendsOf, sweep } = scene;
    const run = newRun('lost');
    const { Subscriptions = [] } = await clients.sns.send(new ListSubscriptionsCommand({}));
    const cut = Subscriptions.find(({ TopicArn }) => TopicArn?.endsWith(`:${nameOf('messages')}`));
    const { TopicArn, Endpoint, Protocol, SubscriptionArn } = cut ?? {};
    const { Attributes = {} } = await clients.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn }),
    );
    const { RawMessageDelivery = 'true', RedrivePolicy } = Attributes;

    await clients.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    const posted = await api<{ id: string }>('/api/messages', {
      message_type: 'manual',
      correlation_id: run,
      payload: { message: 'Published to nobody' },
    });
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn,
        Endpoint,
        Protocol,
        Attributes: { RawMessageDelivery, ...(RedrivePolicy ? { RedrivePolicy } : {}) },
      }),
    );
    const lost = await row(posted.body.id);
    // Do not wait for the minute until it is due.
    await rows.editMessage(posted.body.id, overdue());
    await sweep();
    const [, push] = await completed(run, 2);

    expect(posted.status).toBe(201);
    expect(lost).toMatchObject({ status: 'queued', attempt: 0 });
    expect(sendsOf(push?.id ?? '')).toHaveLength(1);
  });

  it('is one push when two sweepers run at once (F08)', async () => {
    const { completed, drained, rows, sendsOf, sweep } = scene;
    const stored = aRow('notify', { message: 'Two sweepers' }, overdue());
    await rows.put(stored);

    await Promise.all([sweep(), sweep()]);
    const [done] = await completed(stored.correlation_id, 1);
    await drained('notifications');

    expect(done?.attempt).toBe(1);
    expect(sendsOf(stored.id)).toHaveLength(1);
  });
});
