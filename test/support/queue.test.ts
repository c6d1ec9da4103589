import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { memoryQueue } from './queue.ts';

const VISIBILITY_MS = 1_000;
const setUp = () => {
  const clock = virtualClock(0);
  const queue = memoryQueue({ clock, visibilityMs: VISIBILITY_MS, maxReceives: 3 });
  return { clock, queue };
};

describe('the in-memory queue', () => {
  it('hides a received record for its visibility timeout, and then returns it with a higher receive count', async () => {
    const { clock, queue } = setUp();
    queue.send('a');

    const first = queue.receive();
    const hidden = queue.receive();
    await clock.advance(VISIBILITY_MS);
    const second = queue.receive();

    expect(first.event.Records[0]?.attributes.ApproximateReceiveCount).toBe('1');
    expect(hidden.event.Records).toEqual([]);
    expect(second.event.Records[0]).toMatchObject({
      body: 'a',
      attributes: { ApproximateReceiveCount: '2' },
    });
  });

  it('removes records that were not reported as failed, and keeps failed ones hidden until their timeout', async () => {
    const { clock, queue } = setUp();
    queue.send('good');
    queue.send('bad');

    const { records } = queue.receive();
    queue.settle(records, [records[1]?.messageId ?? '']);
    const early = queue.receive().records.length;
    expect(queue.nextVisibleMs()).toBe(VISIBILITY_MS);
    await clock.advance(VISIBILITY_MS);

    expect(early).toBe(0);
    expect(queue.receive().records.map(({ body }) => body)).toEqual(['bad']);
  });

  it('moves a record to the dead letters after its maximum number of receives', async () => {
    const { clock, queue } = setUp();
    queue.send('a');

    for (let n = 0; n < 3; n += 1) {
      expect(queue.receive().records).toHaveLength(1);
      await clock.advance(VISIBILITY_MS);
    }

    expect(queue.receive().records).toEqual([]);
    expect(queue.deadLetters.map(({ body }) => body)).toEqual(['a']);
    expect(queue.waiting()).toEqual([]);
  });

  it('can deliver a record again while it is in flight', () => {
    const { queue } = setUp();
    queue.send('a');

    const [record] = queue.receive().records;
    queue.redeliver(record?.messageId ?? '');

    expect(queue.receive().records).toHaveLength(1);
  });

  it('returns at most ten records, in the requested order', () => {
    const { queue } = setUp();
    for (let n = 0; n < 12; n += 1) queue.send(`${n}`);

    const { records } = queue.receive({ max: 50, pick: (visible) => visible.toReversed() });

    expect(records).toHaveLength(10);
    expect(records[0]?.body).toBe('11');
    expect(queue.receive().records.map(({ body }) => body)).toEqual(['0', '1']);
  });
});
