import { describe, expect, it } from 'vitest';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { carryOutEffect } from '#lib/effects/carry-out.ts';
import { AppError } from '#lib/platform/errors.ts';
import { bookings } from '#test/lib/actions/golf/bookings.ts';
import { failure } from '#test/lib/http/requests.ts';
import { effectsInMemory } from './effects-in-memory.ts';

describe('a message whose run was interrupted after it locked a tee time', () => {
  it('waits for that lock once, and then accepts that someone else has the tee time', async () => {
    const { here, time, wish, newRun, log } = await bookings('east');
    const input = await wish();
    const store = effectsInMemory();
    let attempt = 0;
    const run = async (record: () => Promise<void> = async () => {}) => {
      attempt += 1;
      const { context, commitContext } = newRun();
      const target = await bookTeeTime.targetOf(input, context);
      return carryOutEffect(
        {
          writer: { id: 'msg_1', attempt, redrivenAt: undefined },
          operation: bookTeeTime,
          input,
          ...{ facts: [], terms: {}, link: undefined, permission: { allowedBy: 'own post' } },
        },
        target,
        {
          ...{ store, log, context, record, clock: context.clock },
          deadlineMs: context.deadlineMs,
          commitContext: () => commitContext,
          breaker: { admit: async () => ({}), report: async () => {} },
          quotaLimits: () => ({ perDay: 1, perWeek: 3 }),
          isAlive: async () => true,
          requireClaim: async () => {},
        },
      );
    };
    await failure(run(() => Promise.reject(new AppError('conflict', 'CLAIM_LOST', 'interrupted'))));
    here.faults.switchOn('slot taken');
    time.ms += 60_000;

    const waiting = await failure(run());
    time.ms += waiting.retryAfterMs ?? 0;
    const end = await run();

    expect(waiting).toMatchObject({ kind: 'unavailable', code: 'EFFECT_IN_PROGRESS' });
    expect(end).toMatchObject({ is: 'failed', error: { code: 'EFFECT_REJECTED' } });
    expect(here.reservations()).toEqual([]);
  });
});
