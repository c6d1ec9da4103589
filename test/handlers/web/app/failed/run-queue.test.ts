import { describe, expect, it } from 'vitest';
import { type QueueState, queueCounts, runQueue } from '#handlers/web/app/failed/run-queue.ts';

/** Work whose items end when the test says so. */
const controlled = () => {
  const open = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const started: number[] = [];
  return {
    started,
    open,
    work: (item: number) =>
      new Promise<string>((resolve, reject) => {
        started.push(item);
        open.set(item, { resolve: () => resolve(`result ${item}`), reject });
      }),
  };
};

const settle = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('runQueue', () => {
  it('runs at most four items at a time, in their order', async () => {
    const { work, open, started } = controlled();
    const abort = new AbortController();
    let latest: QueueState<number, string> = [];
    const onChange = (state: QueueState<number, string>) => {
      latest = state;
    };

    const ended = runQueue(numbers(6), { work, width: 4, signal: abort.signal, onChange });
    await settle();
    expect(started).toEqual([0, 1, 2, 3]);
    open.get(2)?.resolve();
    await settle();
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(latest.map(({ state }) => state)).toEqual([
      'running',
      'running',
      'done',
      'running',
      'running',
      'waiting',
    ]);

    for (const item of [0, 1, 3, 4]) open.get(item)?.resolve();
    await settle();
    open.get(5)?.resolve();
    expect((await ended).map(({ result }) => result)).toEqual(numbers(6).map((n) => `result ${n}`));
  });

  it('goes on after a failure, and keeps the error with its item', async () => {
    const error = new Error('not failed');
    const work = async (item: number) => {
      if (item === 1) throw error;
      return item;
    };
    const signal = new AbortController().signal;

    const ended = await runQueue(numbers(3), { work, width: 1, signal, onChange: () => {} });
    expect(ended).toEqual([
      { item: 0, state: 'done', result: 0 },
      { item: 1, state: 'failed', error },
      { item: 2, state: 'done', result: 2 },
    ]);
  });

  it('begins nothing after it was stopped, and waits for what runs', async () => {
    const { work, open, started } = controlled();
    const abort = new AbortController();

    const ended = runQueue(numbers(5), {
      work,
      width: 2,
      signal: abort.signal,
      onChange: () => {},
    });
    await settle();
    abort.abort();
    for (const item of [0, 1]) open.get(item)?.resolve();

    expect(queueCounts(await ended)).toEqual({
      waiting: 0,
      running: 0,
      done: 2,
      failed: 0,
      stopped: 3,
    });
    expect(started).toEqual([0, 1]);
  });

  it('ends at once without items', async () => {
    const states: unknown[] = [];
    const signal = new AbortController().signal;

    const ended = await runQueue([], {
      work: async () => 1,
      width: 4,
      signal,
      onChange: (state) => states.push(state),
    });
    expect(ended).toEqual([]);
    expect(states).toEqual([[]]);
  });
});
