import { expect, it } from 'vitest';
import { figureLines, throughputLine } from '#scripts/load/report.ts';

it('the report shows quantiles, and their ratio to the median of the smallest request', () => {
  const hundred = Array.from({ length: 101 }, (_, n) => n);

  expect(figureLines({ baseline: [10, 10, 10], figures: { posts: hundred } })).toEqual([
    'smallest request       3 × p50    10 ms (1.0)  p95    10 ms (1.0)  p99    10 ms (1.0)',
    'posts                101 × p50    50 ms (5.0)  p95    95 ms (9.5)  p99    99 ms (9.9)',
  ]);
});

it('the throughput counts from the first accepted message to the last message or push', () => {
  const everySecond = Array.from({ length: 21 }, (_, n) => 5_000 + n * 1_000);
  const pushes = everySecond.map((ms) => ms + 20_000);

  expect(throughputLine(everySecond, pushes)).toBe(
    'throughput: 1.1 messages accepted and 0.5 pushes sent per second',
  );
  expect(throughputLine([5_000], [])).toBe(
    'throughput: 1.0 messages accepted and 0.0 pushes sent per second',
  );
});
