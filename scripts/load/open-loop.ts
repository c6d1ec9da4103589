/** Starts requests at a fixed rate, whether or not earlier ones have ended. */
export interface OpenLoop {
  /** Requests per second. */
  rate: number;
  seconds: number;
  /** One request. @param n its number, from 0 */
  request: (n: number) => Promise<void>;
  now: () => number;
  sleep: (ms: number) => Promise<unknown>;
}

export interface LoopResult {
  /**
   * Milliseconds from the time at which a request should have started to its end, so that a slow platform cannot hide its
   * latency by delaying the next requests. Source: G. Tene, "How NOT to Measure Latency" (coordinated omission).
   */
  latenciesMs: number[];
  /** The error of each request that failed. */
  errors: unknown[];
}

/** Runs the loop to its end, and waits for all of its requests. */
export const openLoop = async ({
  rate,
  seconds,
  request,
  now,
  sleep,
}: OpenLoop): Promise<LoopResult> => {
  const startMs = now();
  const latenciesMs: number[] = [];
  const errors: unknown[] = [];
  const running: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const dueMs = startMs + (n * 1_000) / rate;
    const waitMs = dueMs - now();
    if (waitMs > 0) await sleep(waitMs);
    running.push(
      request(n).then(
        () => void latenciesMs.push(now() - dueMs),
        (error: unknown) => void errors.push(error),
      ),
    );
  }
  await Promise.all(running);
  return { latenciesMs, errors };
};
