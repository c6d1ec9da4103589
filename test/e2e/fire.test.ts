import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { DAILY_HELLO } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { openScene, type Scene } from './support/scene.ts';
import { type OneShot, schedulesAt } from './support/schedules.ts';

/** The minute that was this many minutes ago. Every test has its own, and the messages of all are still valid. */
const minutesAgo = (minutes: number) =>
  Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;

const idAt = (atMs: number) => derivedMessageId(atMs, 'fire', DAILY_HELLO, atMs);

const HELLO = { title: 'rez-agent (dev)', message: 'Hello world' };

describe.concurrent('a fire of daily-hello', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('becomes a push whose title contains the stage', async () => {
    const { completed, fire, sendsOf } = scene;
    const atMs = minutesAgo(10);

    await fire('daily-hello', atMs);
    const [hello, push] = await completed(idAt(atMs), 2);

    expect(hello).toMatchObject({ message_type: 'hello_world', created_by: 'scheduler' });
    expect(sendsOf(push?.id ?? '')).toMatchObject([HELLO]);
  });

  it('causes one message and one push when it arrives twice at once and once more later (F43)', async () => {
    const { completed, drained, fire, rows, sendsOf } = scene;
    const atMs = minutesAgo(20);

    await Promise.all([fire('daily-hello', atMs), fire('daily-hello', atMs)]);
    await completed(idAt(atMs), 2);
    await fire('daily-hello', atMs);
    await drained('fires');

    const [hello, push, ...more] = await rows.ofRun(idAt(atMs));
    expect(more).toEqual([]);
    expect([hello?.attempt, push?.attempt]).toEqual([1, 1]);
    expect(sendsOf(push?.id ?? '')).toMatchObject([HELLO]);
  });

  it('becomes a push when EventBridge Scheduler sends it', { timeout: 180_000 }, async () => {
    const { completed, eventually, row, sendsOf } = scene;
    const schedules = schedulesAt();
    const daily = await scene.eventually('daily-hello in the group', { timeoutMs: 100_000 }, () =>
      schedules.get(`${DAILY_HELLO}-r1`, 'rez-agent-dev').catch(() => undefined),
    );
    const dueMs = Date.now() + 1_000;
    const once: OneShot = { name: `e2e-once-${dueMs}`, atMs: dueMs, target: daily.Target };

    await schedules.createOnce(once);
    const fired = await eventually('a message of the fire', {}, () => row(idAt(toMinute(dueMs))));
    const [, push] = await completed(fired.correlation_id, 2);

    expect(fired).toMatchObject({ message_type: 'hello_world', created_by: 'scheduler' });
    expect(sendsOf(push?.id ?? '')).toMatchObject([HELLO]);
  });
});
