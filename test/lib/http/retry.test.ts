import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { retry } from '#lib/http/retry.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

const downError = (retryAfterMs?: number) =>
  new AppError(
    'unavailable',
    'HTTP_5XX',
    'down',
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );

/** A clock that only waits advance, and the list of the waits. */
const setup = ({ budgetMs = 60_000 } = {}) => {
  const waits: number[] = [];
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  return { waits, clock, options: { deadlineMs: budgetMs, clock } };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('retry', () => {
  it('waits 1, 2 and 4 seconds plus at most half a second, then gives up with the last error', async () => {
    const { waits, options } = setup();
    const call = vi.fn().mockImplementation(async () => {
      throw new AppError('unavailable', 'HTTP_5XX', `down ${call.mock.calls.length}`);
    });

    await expect(retry(call, options)).rejects.toThrow('down 4');
    expect(waits).toHaveLength(3);
    for (const [index, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(1_000 * 2 ** index);
      expect(waitMs).toBeLessThan(1_000 * 2 ** index + 500);
    }
  });

  it.each([
    { drawn: 0, waited: [1_000, 2_000, 4_000] },
    { drawn: 0.5, waited: [1_250, 2_250, 4_250] },
    { drawn: 0.99, waited: [1_495, 2_495, 4_495] },
  ])(
    'spreads those who failed together over half a second (drawn: $drawn)',
    async ({ drawn, waited }) => {
      vi.spyOn(Math, 'random').mockReturnValue(drawn);
      const { waits, options } = setup();

      await retry(() => Promise.reject(downError()), options).catch(() => {});

      expect(waits).toEqual(waited);
    },
  );

  it('returns the first success and does not wait again', async () => {
    const { waits, options } = setup();
    const call = vi.fn().mockRejectedValueOnce(downError()).mockResolvedValue('up');

    await expect(retry(call, options)).resolves.toBe('up');
    expect(waits).toHaveLength(1);
  });

  it.each([
    { what: 'an invalid request', error: new AppError('invalid', 'INVALID_PAYLOAD', 'bad') },
    { what: 'a refused identity', error: new AppError('unauthorized', 'UNAUTHORIZED', 'who') },
    { what: 'a conflict', error: new AppError('conflict', 'MESSAGE_EXISTS', 'taken') },
    { what: 'a bug', error: new TypeError('oops') },
    {
      what: 'an error that is not retryable',
      error: new AppError('unavailable', 'CIRCUIT_OPEN', 'open', { retryable: false }),
    },
  ])('does not retry $what', async ({ error }) => {
    const { options } = setup();
    const call = vi.fn().mockRejectedValue(error);

    await expect(retry(call, options)).rejects.toBe(error);
    expect(call).toHaveBeenCalledOnce();
  });

  it('does not retry when mayRetry returns false after the failure', async () => {
    const { options } = setup();
    const call = vi.fn().mockRejectedValue(downError());

    await expect(retry(call, { ...options, mayRetry: () => false })).rejects.toThrow('down');
    expect(call).toHaveBeenCalledOnce();
  });

  it.each([
    {
      says: '7 s, which ends before the deadline',
      askedMs: 7_000,
      budgetMs: 60_000,
      waited: [7_000],
    },
    { says: '7 s, which ends after the deadline', askedMs: 7_000, budgetMs: 5_000, waited: [] },
    { says: 'exactly the cap', askedMs: 32_000, budgetMs: 60_000, waited: [32_000] },
    { says: 'more than the cap', askedMs: 32_001, budgetMs: 60_000, waited: [] },
  ])('waits $waited ms for a requested wait of $says', async ({ askedMs, budgetMs, waited }) => {
    const { waits, options } = setup({ budgetMs });
    const call = vi.fn().mockRejectedValueOnce(downError(askedMs)).mockResolvedValue('up');

    await retry(call, options).catch(() => {});

    expect(waits).toEqual(waited);
  });

  it('waits its own time when the server requests less', async () => {
    const { waits, options } = setup();

    await retry(vi.fn().mockRejectedValueOnce(downError(0)).mockResolvedValue('up'), options);

    expect(waits[0]).toBeGreaterThanOrEqual(1_000);
  });

  it('ends with the last error when a wait is aborted', async () => {
    const abort = new AbortController();
    const call = vi.fn().mockImplementation(async () => {
      setImmediate(() => abort.abort());
      throw downError();
    });
    const deadlineMs = Date.now() + 60_000;

    await expect(retry(call, { deadlineMs, signal: abort.signal })).rejects.toThrow('down');
    expect(call).toHaveBeenCalledOnce();
  });

  it('never waits past the deadline or longer than the cap, and never exceeds the number of retries', async () => {
    const plan = fc.record({
      budgetMs: fc.integer({ min: 0, max: 120_000 }),
      retries: fc.nat(6),
      capMs: fc.integer({ min: 1, max: 40_000 }),
      baseMs: fc.integer({ min: 1, max: 5_000 }),
      tries: fc.array(fc.record({ tookMs: fc.nat(15_000), askedMs: fc.option(fc.nat(90_000)) }), {
        minLength: 7,
        maxLength: 7,
      }),
    });

    await fc.assert(
      fc.asyncProperty(plan, async ({ budgetMs, retries, capMs, baseMs, tries }) => {
        let nowMs = 1_000_000;
        const deadlineMs = nowMs + budgetMs;
        const wokeAtMs: number[] = [];
        const waits: number[] = [];
        const clock: Clock = {
          now: () => nowMs,
          sleep: async (ms) => {
            waits.push(ms);
            nowMs += ms;
            wokeAtMs.push(nowMs);
          },
        };
        let called = 0;
        const call = async () => {
          const { tookMs, askedMs } = tries[called] ?? { tookMs: 0, askedMs: null };
          called += 1;
          nowMs += tookMs;
          throw downError(askedMs ?? undefined);
        };

        await retry(call, { retries, capMs, baseMs, deadlineMs, clock }).catch(() => {});

        expect(called).toBeLessThanOrEqual(retries + 1);
        expect(wokeAtMs.every((ms) => ms < deadlineMs)).toBe(true);
        expect(waits.every((ms) => ms <= capMs)).toBe(true);
        expect(waits.every((ms, index) => ms >= (tries[index]?.askedMs ?? 0))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
