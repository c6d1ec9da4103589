import { describe, expect, it } from 'vitest';
import type { Counts } from '#lib/counters/counts.ts';
import { watchObjectives } from '#lib/engine/watch/watch-objectives.ts';
import { HOUR_MS } from '#lib/platform/clock.ts';

const NOW_MS = Date.parse('2026-03-01T12:30:00.000Z');
const THIS_HOUR_MS = Date.parse('2026-03-01T12:00:00.000Z');

/** The conditions that are on. `hours` are the counters of the hours, the running one first. */
const on = async (hours: readonly Counts[], before: readonly string[] = []) => {
  const asked: number[] = [];
  const watch = watchObjectives(async (startsMs) => {
    asked.push(...startsMs);
    return hours.map((counts, n) => ({ ...counts, startMs: THIS_HOUR_MS - n * HOUR_MS }));
  }, NOW_MS);
  const findings = await watch((name) => before.includes(name));
  expect(asked).toEqual([0, 1, 2, 3, 4, 5].map((n) => THIS_HOUR_MS - n * HOUR_MS));
  return findings.filter((finding) => finding.on).map(({ name }) => name);
};

const processed = (completed: number, failed: number): Counts => ({
  completed_manual: completed,
  failed_scheduled: failed,
});
const pushed = (completed: number, failed: number): Counts => ({
  completed_notify: completed,
  failed_notify: failed,
});

describe('watchObjectives', () => {
  it('finds an objective of processing when more than six times of what may fail fails', async () => {
    expect(await on([processed(970, 30)])).toEqual([]);
    expect(await on([processed(969, 31)])).toEqual(['objective-processing']);
  });

  it('finds an objective of pushes by their own numbers', async () => {
    expect(await on([pushed(188, 12)])).toEqual([]);
    expect(await on([pushed(187, 13)])).toEqual(['objective-notification']);
    expect(await on([{ ...processed(1_000, 0), ...pushed(0, 10) }])).toEqual([
      'objective-notification',
    ]);
  });

  it('finds nothing for fewer than ten failures', async () => {
    expect(await on([processed(0, 9)])).toEqual([]);
    expect(await on([processed(0, 10)])).toEqual(['objective-processing']);
  });

  it('finds nothing when the failures are over', async () => {
    const calm = processed(100, 0);

    expect(await on([calm, calm, processed(0, 100)])).toEqual([]);
  });

  it('ends when hardly anything fails in the last two hours, and not while nothing happens', async () => {
    const burning = ['objective-processing'];

    expect(await on([processed(1_000, 6), {}, processed(0, 50)], burning)).toEqual(burning);
    expect(await on([processed(1_000, 5), {}, processed(0, 50)], burning)).toEqual([]);
    expect(await on([{}, {}, processed(0, 50)], burning)).toEqual(burning);
  });
});
