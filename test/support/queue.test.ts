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
  it('hides a record that was received, and shows it again with a higher count', async () => {
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

  it('removes what was not reported, and keeps what was hidden until its time', async () => {
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

  it('moves a record to the dead letters when it was received as often as it may', async () => {
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

  it('delivers once more on demand while somebody has it', () => {
    const { queue } = setUp();
    queue.send('a');

    const [record] = queue.receive().records;
    queue.redeliver(record?.messageId ?? '');

    expect(queue.receive().records).toHaveLength(1);
  });

  it('takes ten at most, in the order that is asked for', () => {
    const { queue } = setUp();
    for (let n = 0; n < 12; n += 1) queue.send(`${n}`);

    const { records } = queue.receive({ max: 50, pick: (visible) => visible.toReversed() });

    expect(records).toHaveLength(10);
    expect(records[0]?.body).toBe('11');
    expect(queue.receive().records.map(({ body }) => body)).toEqual(['0', '1']);
  });
});
