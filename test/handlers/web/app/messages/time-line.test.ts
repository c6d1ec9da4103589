import { describe, expect, it } from 'vitest';
import { placeOf, segmentsOf, spanOf } from '#handlers/web/app/messages/time-line.ts';
import { memberOf, runTree } from '#lib/messages/run-tree.ts';
import { iso } from '#lib/platform/clock.ts';
import { aMessage, type MessageOverrides, START_MS } from '#test/support/builders.ts';

const NOW_MS = START_MS + 10_000;
const at = (seconds: number) => iso(START_MS + 1_000 * seconds);

/** The parts of a message that was created at `START_MS`, with their seconds. */
const parts = (overrides: MessageOverrides): string[] => {
  const node = runTree([memberOf(aMessage(overrides))]).root;
  return segmentsOf(node, NOW_MS).map(
    ({ kind, fromMs, toMs }) =>
      `${kind} ${(fromMs - START_MS) / 1_000}-${(toMs - START_MS) / 1_000}`,
  );
};

describe('segmentsOf', () => {
  it('shows the waiting and the work of a message that is done', () => {
    const done = { processing_started_at: at(2), processing_completed_at: at(5) };

    expect(parts({ status: 'completed', ...done })).toEqual(['waiting 0-2', 'working 2-5']);
  });

  it('shows the work until now while a message is processed', () => {
    expect(parts({ status: 'processing', processing_started_at: at(4) })).toEqual([
      'waiting 0-4',
      'working 4-10',
    ]);
  });

  it('counts the time in which a message waited for a yes as held', () => {
    const approval_id = 'appr_20260301120000_0000000000000001';
    const done = { processing_started_at: at(6), processing_completed_at: at(8) };

    expect(parts({ status: 'completed', approval_id, attempt: 2, ...done })).toEqual([
      'held 0-6',
      'working 6-8',
    ]);
    expect(
      parts({
        ...{ status: 'queued', approval_id, attempt: 1, due_bucket: 'held-approval' },
        ...{ processing_started_at: at(1), updated_date: at(2) },
      }),
    ).toEqual(['waiting 0-1', 'working 1-2', 'held 2-10']);
  });

  it('shows the time after a try as held or waiting', () => {
    const tried = { status: 'queued', processing_started_at: at(1), updated_date: at(3) } as const;

    expect(parts({ ...tried, due_bucket: 'held-ntfy' })).toEqual([
      'waiting 0-1',
      'working 1-3',
      'held 3-10',
    ]);
    expect(parts(tried)).toEqual(['waiting 0-1', 'working 1-3', 'waiting 3-10']);
  });

  it('shows no work for a message that expired, or was redriven and has not started again', () => {
    const expired = { processing_started_at: at(1), processing_completed_at: at(6) };
    const redriven = [{ at: at(7), by: 'user:ada', reason: 'repaired' }];

    expect(parts({ status: 'failed', error_code: 'EXPIRED', ...expired })).toEqual(['waiting 0-6']);
    expect(parts({ status: 'queued', processing_started_at: at(1), redrives: redriven })).toEqual([
      'waiting 0-10',
    ]);
  });

  it('leaves out a part that ends before it begins, because clocks differ', () => {
    const early = { processing_started_at: at(-1), processing_completed_at: at(2) };

    expect(parts({ status: 'completed', ...early })).toEqual(['working -1-2']);
  });
});

describe('placeOf', () => {
  it('is within the time of the run, also for clocks that differ', () => {
    const span = spanOf({ started_at: at(0), ended_at: at(10) }, NOW_MS);

    expect(placeOf({ fromMs: START_MS + 5_000, toMs: START_MS + 20_000 }, span)).toEqual({
      left: 50,
      width: 50,
    });
    expect(placeOf({ fromMs: START_MS - 5_000, toMs: START_MS + 1_000 }, span)).toEqual({
      left: 0,
      width: 10,
    });
  });

  it('divides nothing by zero for a run that has just begun', () => {
    const span = spanOf({ started_at: at(10), ended_at: null }, NOW_MS);

    expect(placeOf({ fromMs: NOW_MS, toMs: NOW_MS }, span)).toEqual({ left: 0, width: 0 });
  });
});
