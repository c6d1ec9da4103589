/** An item of a queue: it waits, runs, is done or failed, or was left out because the queue was stopped. */
export interface QueueEntry<Item, Result> {
  item: Item;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  result?: Result;
  /** Why it failed. */
  error?: unknown;
}

export type QueueState<Item, Result> = readonly QueueEntry<Item, Result>[];

export interface QueueOptions<Item, Result> {
  work: (item: Item) => Promise<Result>;
  /** How many items run at the same time. */
  width: number;
  /** Stops the queue: what runs ends, and what waits is left out. */
  signal: AbortSignal;
  /** Called after every change, with the entries in the order of the items. */
  onChange: (state: QueueState<Item, Result>) => void;
}

/**
 * Runs the work for each item, some at a time. The failure of one item does not stop the others.
 * @returns the entries at the end, in the order of the items
 */
export const runQueue = async <Item, Result>(
  items: readonly Item[],
  { work, width, signal, onChange }: QueueOptions<Item, Result>,
): Promise<QueueState<Item, Result>> => {
  const entries: QueueEntry<Item, Result>[] = items.map((item) => ({ item, state: 'waiting' }));
  const update = (index: number, entry: QueueEntry<Item, Result>) => {
    entries[index] = entry;
    onChange([...entries]);
  };
  let next = 0;

  const runOne = async (index: number, item: Item) => {
    update(index, { item, state: 'running' });
    try {
      update(index, { item, state: 'done', result: await work(item) });
    } catch (error) {
      update(index, { item, state: 'failed', error });
    }
  };
  const worker = async () => {
    while (next < entries.length && !signal.aborted) {
      const index = next;
      next += 1;
      const entry = entries[index];
      if (entry !== undefined) await runOne(index, entry.item);
    }
  };

  onChange([...entries]);
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  for (const [index, { item, state }] of entries.entries()) {
    if (state === 'waiting') update(index, { item, state: 'stopped' });
  }
  return entries;
};

/** The number of entries in each state. */
export const queueCounts = (
  state: QueueState<unknown, unknown>,
): Record<QueueEntry<unknown, unknown>['state'], number> => {
  const counts = { waiting: 0, running: 0, done: 0, failed: 0, stopped: 0 };
  for (const entry of state) counts[entry.state] += 1;
  return counts;
};
