import { describe, expect, it } from 'vitest';
import { digest } from '#lib/jobs/digest.ts';
import type { Activity } from '#lib/jobs/job.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { aMessage, aRun, START_MS } from '#test/support/builders.ts';

const counts = { created: 0, queued: 1, processing: 2, completed: 30, failed: 3 };

const run = async (activity: Activity) => {
  const requested: number[] = [];
  const outcome = await digest.run({
    message: aMessage({ message_type: 'scheduled', payload: {} }),
    run: aRun(),
    deps: {
      nowMs: START_MS,
      activitySince: async (sinceMs) => {
        requested.push(sinceMs);
        return activity;
      },
    },
  });
  return { outcome, requested };
};

describe('digest', () => {
  it('summarizes the last 24 hours in one push', async () => {
    const failed = [
      { message_type: 'notify', error_code: 'EXPIRED' },
      { message_type: 'scheduled', arguments: { operation: 'digest' }, error_code: 'INTERNAL' },
      { message_type: 'notify', error_code: 'EXPIRED' },
    ];

    const { outcome, requested } = await run({ counts, failed });

    expect(requested).toEqual([START_MS - DAY_MS]);
    expect(outcome).toMatchObject({ result: { counts } });
    expect(outcome.children).toHaveLength(1);
    expect(outcome.children?.[0]?.payload).toEqual({
      title: 'The last 24 hours',
      tags: ['bar_chart'],
      message: [
        ...['created: 0', 'queued: 1', 'processing: 2', 'completed: 30', 'failed: 3', ''],
        ...['Failed:', 'notify (EXPIRED): 2', 'digest (INTERNAL): 1'],
      ].join('\n'),
    });
  });

  it('is a valid push, whatever the operations of failed messages are called (F05)', async () => {
    const failed = Array.from({ length: 500 }, (_, n) => ({
      message_type: 'scheduled',
      arguments: { operation: `${n}-${'x'.repeat(16_000)}` },
      error_code: 'UNKNOWN_OPERATION',
    }));

    const { outcome } = await run({ counts, failed });

    const text = String(outcome.children?.[0]?.payload.message);
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain('and 480 more');
  });

  it('does not mention failures when there are none', async () => {
    const { outcome } = await run({ counts, failed: [] });

    expect(outcome.children?.[0]?.payload.message).not.toContain('Failed');
  });
});
