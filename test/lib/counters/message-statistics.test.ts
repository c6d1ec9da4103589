import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTER_NAMES, type Counts } from '#lib/counters/counts.ts';
import { percentileMs, TOOK_BUCKETS, tookBucket } from '#lib/counters/durations.ts';
import { messageStatisticsOf } from '#lib/counters/message-statistics.ts';

const NONE_OPEN = { created: 0, processing: 0 };

const bucketsOf = (durations: readonly number[]) =>
  TOOK_BUCKETS.map((name) => durations.filter((ms) => tookBucket(ms) === name).length);

describe('the buckets of durations', () => {
  it.each([
    { ms: 0, bucket: 'took_00' },
    { ms: 50, bucket: 'took_00' },
    { ms: 51, bucket: 'took_01' },
    { ms: 10_000, bucket: 'took_12' },
    { ms: 300_000, bucket: 'took_18' },
    { ms: 300_001, bucket: 'took_19' },
    { ms: 1e12, bucket: 'took_19' },
  ])('are twenty, and $ms ms fall into $bucket', ({ ms, bucket }) => {
    expect(TOOK_BUCKETS).toHaveLength(20);
    expect(tookBucket(ms)).toBe(bucket);
  });

  it('have no percentile without durations', () => {
    expect(percentileMs(bucketsOf([]), 0.95)).toBeUndefined();
  });

  it('spread their durations evenly', () => {
    expect(percentileMs(bucketsOf(Array(100).fill(1_800)), 0.5)).toBe(1_750);
  });

  it('give a percentile in the bucket of the true percentile', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(299_999), { minLength: 1, maxLength: 60 }), (durations) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const truth = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;

        const estimate = percentileMs(bucketsOf(durations), 0.95) ?? -1;

        // The end of a bucket belongs to the bucket, and so does a value at its start.
        expect([tookBucket(estimate), tookBucket(estimate + 1e-9)]).toContain(tookBucket(truth));
      }),
    );
  });
});

describe('figures', () => {
  const counts = fc.dictionary(
    fc.constantFrom(...COUNTER_NAMES),
    fc.integer({ min: -3, max: 50 }),
  ) as fc.Arbitrary<Counts>;

  it('are consistent whatever was lost or counted twice (I11)', () => {
    fc.assert(
      fc.property(fc.array(counts), fc.nat(99), fc.nat(99), (hours, created, processing) => {
        const {
          total,
          byStatus,
          byType,
          hours: series,
        } = messageStatisticsOf(hours, { created, processing });

        const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
        expect(sum(Object.values(byStatus))).toBe(total);
        expect(sum(Object.values(byType))).toBe(total);
        expect(sum(series.map((hour) => hour.created))).toBe(total);
        expect(
          Math.min(...Object.values(byStatus), ...Object.values(byType)),
        ).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('count open messages as queued that are neither created nor processing', () => {
    const hours = [{ created_manual: 10, completed_manual: 4, failed_manual: 1 }];

    const { byStatus } = messageStatisticsOf(hours, { created: 1, processing: 2 });

    expect(byStatus).toEqual({ created: 1, queued: 2, processing: 2, completed: 4, failed: 1 });
  });

  it('average over completed messages', () => {
    const hours: Counts[] = [
      { created_manual: 1, completed_manual: 1, took_05: 1, took_ms: 700 },
      { created_notify: 2, completed_notify: 2, took_03: 2, took_ms: 500 },
    ];

    const { averageMs, p95Ms } = messageStatisticsOf(hours, NONE_OPEN);

    expect(averageMs).toBe(400);
    expect(p95Ms).toBeGreaterThan(500);
    expect(messageStatisticsOf([], NONE_OPEN)).toMatchObject({
      averageMs: undefined,
      p95Ms: undefined,
    });
  });
});
