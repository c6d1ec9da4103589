import { describe, expect, it } from 'vitest';
import { waitUntil } from '#scripts/local/wait-until.ts';

describe('waitUntil', () => {
  it('repeats the check after an error, undefined and false', async () => {
    const answers = [
      () => undefined,
      () => false as const,
      () => {
        throw new Error('early');
      },
      () => 0,
    ];

    const answer = await waitUntil(() => answers.shift()?.(), {
      timeoutMs: 1_000,
      everyMs: 1,
      what: 'zero',
    });

    expect(answer).toBe(0);
  });

  it('names what did not happen, with the last error as the cause', async () => {
    const refused = new Error('refused');

    const waiting = waitUntil(() => Promise.reject(refused), {
      timeoutMs: 20,
      everyMs: 5,
      what: 'an answer',
    });

    await expect(waiting).rejects.toMatchObject({
      message: 'an answer did not happen within 20 ms',
      cause: refused,
    });
  });
});
