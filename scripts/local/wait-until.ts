import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats a check until it returns a value. `undefined`, `false` and an error mean "not yet".
 * @throws Error when the time is over
 */
export const waitUntil = async <T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 50, what }: { timeoutMs: number; everyMs?: number; what: string },
): Promise<T> => {
  const endMs = Date.now() + timeoutMs;
  for (let cause: unknown; ; ) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= endMs) {
      throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause });
    }
    await sleep(everyMs);
  }
};
