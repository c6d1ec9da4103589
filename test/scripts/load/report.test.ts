import { expect, it } from 'vitest';
import { figureLines } from '#scripts/load/report.ts';

it('the report shows quantiles, and their ratio to the median of the smallest request', () => {
  const hundred = Array.from({ length: 101 }, (_, n) => n);

  expect(figureLines({ baseline: [10, 10, 10], figures: { posts: hundred } })).toEqual([
    'smallest request       3 × p50    10 ms (1.0)  p95    10 ms (1.0)  p99    10 ms (1.0)',
    'posts                101 × p50    50 ms (5.0)  p95    95 ms (9.5)  p99    99 ms (9.9)',
  ]);
});
