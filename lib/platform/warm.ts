import { type Clock, systemClock } from './clock.ts';
import { env } from './env.ts';
import { log as rootLog } from './log.ts';
import type { Logger } from './logger.ts';

/** The maximum time that the tasks may delay the INIT of a function. Milliseconds. */
const MAX_DELAY_MS = 1_500;

/** Reads a parameter or opens a connection. It writes nothing. The signal aborts after the maximum delay. */
export type WarmUpTask = (signal: AbortSignal) => Promise<unknown>;

export interface WarmOptions {
  /**
   * Loads the modules that invocations need and that the entry imports dynamically. It runs while the tasks wait for
   * responses. Unlike a task, it stops the start when it fails: a variable of the environment is missing or malformed.
   */
  load?: () => Promise<unknown>;
  isLambda?: boolean;
  clock?: Clock;
  log?: Pick<Logger, 'warn'>;
}

/**
 * Runs tasks during INIT, which has a full CPU, so that the first invocation does not wait for them. An entry module
 * awaits this as its last statement. It waits for the tasks for at most 1.5 s, and logs those that fail. Outside of
 * Lambda it does nothing.
 * @throws what `load` throws
 */
export const warm = async (
  tasks: readonly WarmUpTask[],
  {
    load = async () => {},
    isLambda = env('AWS_LAMBDA_INITIALIZATION_TYPE') !== undefined,
    clock = systemClock,
    log = rootLog,
  }: WarmOptions = {},
): Promise<void> => {
  if (!isLambda) return;
  const overdue = new AbortController();
  const finished = new AbortController();
  const run = async (task: WarmUpTask) => {
    try {
      await task(overdue.signal);
    } catch (error) {
      log.warn({ err: error }, 'warm-up task failed');
    }
  };
  const timeout = clock.sleep(MAX_DELAY_MS, finished.signal).then(
    () => overdue.abort(),
    () => {},
  );
  try {
    const tasksDone = Promise.race([Promise.all(tasks.map(run)), timeout]);
    await Promise.all([load(), tasksDone]);
  } finally {
    finished.abort();
  }
};
