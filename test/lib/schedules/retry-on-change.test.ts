import { expect, it, vi } from 'vitest';
import { retryOnChange } from '#lib/schedules/retry-on-change.ts';
import { SOME_ID } from '#test/support/schedules.ts';

it.each([1, 2, 10])('returns the result of try number %i, and tries no more', async (nth) => {
  let tries = 0;
  const tryOnce = vi.fn(async () => {
    tries += 1;
    return tries === nth ? 'done' : undefined;
  });

  expect(await retryOnChange(SOME_ID, 'it waited', tryOnce)).toBe('done');
  expect(tryOnce).toHaveBeenCalledTimes(nth);
});

it('gives up after ten tries, each of which lost against another write', async () => {
  const tryOnce = vi.fn(async () => undefined);

  await expect(retryOnChange(SOME_ID, 'it waited', tryOnce)).rejects.toMatchObject({
    ...{ kind: 'conflict', code: 'SCHEDULE_CHANGED' },
    message: `schedule ${SOME_ID} was changed 10 times while it waited`,
  });
  expect(tryOnce).toHaveBeenCalledTimes(10);
});

it('does not retry an error', async () => {
  const tryOnce = vi.fn(() => Promise.reject(new Error('down')));

  await expect(retryOnChange(SOME_ID, 'it waited', tryOnce)).rejects.toThrow('down');
  expect(tryOnce).toHaveBeenCalledOnce();
});
