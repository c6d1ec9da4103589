/** The upper ends of the buckets. The last bucket has none. Milliseconds. */
const ENDS_MS = [
  ...[50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000],
  ...[5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000],
];

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
export type TookBucket = `took_${'0' | '1'}${Digit}`;

/** Twenty buckets of durations, the shortest first. They never change, because stored counts are sorted by them. */
export const TOOK_BUCKETS: readonly TookBucket[] = [...ENDS_MS, Number.POSITIVE_INFINITY].map(
  (_, index) => `took_${String(index).padStart(2, '0')}` as TookBucket,
);

/** The bucket of a duration. An upper end belongs to its bucket. */
export const tookBucket = (ms: number): TookBucket => {
  const index = ENDS_MS.findIndex((end) => ms <= end);
  return TOOK_BUCKETS.at(index) as TookBucket;
};

/**
 * The duration below which this part of all durations lies. Assumes that durations are spread evenly within a bucket,
 * and that those of the last bucket are at its lower end.
 * @param counts the number of durations in each bucket, in order
 * @returns milliseconds; `undefined` when there are no durations
 */
export const percentileMs = (counts: readonly number[], part: number): number | undefined => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return undefined;
  const rank = part * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const start = ENDS_MS[index - 1] ?? 0;
      const end = ENDS_MS[index] ?? start;
      return start + (end - start) * ((rank - below) / count);
    }
    below += count;
  }
  return ENDS_MS.at(-1);
};
