/** Starts requests at a fixed rate, whether or not earlier ones have ended. */
export interface OpenLoop {
  /** Requests per second. */
  rate: number;
  seconds: number;
  /** Requests that run at the same time. The others wait, and their wait counts. */
  atOnce: number;
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
  atOnce,
  request,
  now,
  sleep,
}: OpenLoop): Promise<LoopResult> => {
  const startMs = now();
  const latenciesMs: number[] = [];
  const errors: unknown[] = [];
  const running = new Set<Promise<void>>();
  for (let n = 0; n < rate * seconds; n += 1) {
    const dueMs = startMs + (n * 1_000) / rate;
    const waitMs = dueMs - now();
    if (waitMs > 0) await sleep(waitMs);
    while (running.size >= atOnce) await Promise.race(running);
    const one: Promise<void> = request(n)
      .then(
        () => void latenciesMs.push(now() - dueMs),
        (error: unknown) => void errors.push(error),
      )
      .finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  return { latenciesMs, errors };
};
