import { type Clock, systemClock } from './clock.ts';
import { env } from './env.ts';
import { type Logger, log as rootLog } from './log.ts';

/** Starting may be held up this long; what is not done by then goes on beside the first request. Milliseconds. */
const MAX_WARMING_MS = 1_500;

/** What a pipeline reads of the context of its invocation, for one that nobody asked for. Without time, Middy ends it. */
export const REHEARSAL = {
  awsRequestId: 'warm',
  getRemainingTimeInMillis: () => MAX_WARMING_MS,
} as const;

export interface WarmOptions {
  isLambda?: boolean;
  clock?: Clock;
  log?: Pick<Logger, 'warn'>;
}

/**
 * Do now, while the function starts at full speed, what the first request would otherwise wait for: read parameters,
 * open connections. Tasks must have no effect. Awaited at the end of an entry module; never rejects, and outside of
 * Lambda (tests, scripts) does nothing.
 */
export const warm = async (
  tasks: readonly (() => Promise<unknown>)[],
  {
    isLambda = env('AWS_LAMBDA_INITIALIZATION_TYPE') !== undefined,
    clock = systemClock,
    log = rootLog,
  }: WarmOptions = {},
): Promise<void> => {
  if (!isLambda) return;
  const waiting = new AbortController();
  const all = Promise.all(
    tasks.map(async (task) => {
      try {
        await task();
      } catch (error) {
        log.warn({ err: error }, 'warming up failed');
      }
    }),
  );
  await Promise.race([all, clock.sleep(MAX_WARMING_MS, waiting.signal).catch(() => {})]);
  waiting.abort();
};
