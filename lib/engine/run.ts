import type { Tally } from '#lib/counters/tally.ts';
import * as runs from '#lib/data/messages/message-runs.ts';
import { MAX_RESULT_BYTES } from '#lib/messages/message.ts';
import { sizeBytes } from '#lib/messages/new-message.ts';
import type { Measurements, Outcome, Run, Work } from '#lib/messages/outcome.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { type ProduceDeps, produceOnce } from './produce.ts';
import { claimLostError, runDeadlineError, settle } from './settle.ts';
import { childrenOf } from './spawn.ts';

/** The dependencies of a run. */
export interface RunDeps {
  consumer: string;
  clock: Clock;
  log: Logger;
  /** The tally of the batch. */
  tally: Tally;
  /** Absent for a consumer whose work has no children. */
  publisher?: ProduceDeps['publisher'];
}

/** The wait for work that ignores the abort, before its run is ended without it. Milliseconds. */
const ABORT_GRACE_MS = SECOND_MS;
const CHILDREN_AT_ONCE = 10;

/**
 * Run the work of a claimed message and write how it ended:
 *
 * | the work | the row |
 * | --- | --- |
 * | returns | children put, then `completed` |
 * | throws `invalid`, `unauthorized`, `not-found`, `conflict` | `failed` |
 * | throws `unavailable` | parked, strikes reset |
 * | throws `unavailable` with `heldBy` | held until the sweeper releases it |
 * | throws anything else, or reaches the deadline | parked, strikes unchanged |
 * | loses its claim | unchanged: another run owns the message |
 *
 * @throws AppError `unavailable` when the result could not be written; the lease expires and the sweeper repeats the run
 */
export const runClaimed = async (
  message: runs.Claimed,
  work: Work,
  deadlineMs: number,
  deps: RunDeps,
): Promise<void> => {
  const { clock, tally } = deps;
  const log = deps.log.child({
    correlation_id: message.correlation_id,
    message_id: message.id,
    message_type: message.message_type,
    attempt: message.attempt,
  });
  const startMs = clock.now();
  const figures: Measurements = {};
  const measure = (values: Measurements) => {
    Object.assign(figures, values);
  };
  const done = await perform(message, work, deadlineMs, { clock, log, measure });
  const ended =
    'outcome' in done ? await succeed(message, done.outcome, { ...deps, log }) : done.error;
  await settle(message, ended, { clock, log, tally, startMs, figures });
};

/** Run the work until it ends or the deadline is reached. */
const perform = async (
  message: runs.Claimed,
  work: Work,
  deadlineMs: number,
  { clock, log, measure }: { clock: Clock } & Pick<Run, 'log' | 'measure'>,
): Promise<{ outcome: Outcome } | { error: unknown }> => {
  const deadline = new AbortController();
  const finished = new AbortController();
  const run: Run = {
    deadlineMs,
    signal: deadline.signal,
    log,
    measure,
    recordSendStarted: async () => {
      const ours = await runs.markSendStarted(message, clock.now());
      if (!ours) throw claimLostError();
    },
  };
  const working = (async () => work(message, run))().then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({
      error: isCausedByDeadline(error, deadline.signal) ? runDeadlineError(error) : error,
    }),
  );
  const overdue = (async () => {
    await clock.sleep(Math.max(0, deadlineMs - clock.now()), finished.signal);
    deadline.abort();
    await clock.sleep(ABORT_GRACE_MS, finished.signal);
    return { error: runDeadlineError() };
  })();
  overdue.catch(() => {});

  try {
    return await Promise.race([working, overdue]);
  } finally {
    finished.abort();
  }
};

/** Put the children, then complete the parent. @returns the error that prevented it, if any */
const succeed = async (
  message: runs.Claimed,
  { children = [], ...completion }: Outcome,
  { consumer, clock, log, tally, publisher }: RunDeps,
): Promise<unknown> => {
  try {
    if (sizeBytes(completion.result) > MAX_RESULT_BYTES) {
      throw new Error('the result is larger than 8 KB');
    }
    const nowMs = clock.now();
    const rows = childrenOf(message, children, { createdBy: consumer, nowMs });
    for (let start = 0; start < rows.length; start += CHILDREN_AT_ONCE) {
      if (clock.now() >= Date.parse(message.lease_until)) throw claimLostError();
      if (publisher === undefined) throw new Error(`${consumer} has no publisher for children`);
      const deps = { publisher, clock, log, tally };
      const group = rows.slice(start, start + CHILDREN_AT_ONCE);
      // Wait for all of them: no write may be in progress when the run ends.
      const puts = await Promise.allSettled(group.map((row) => produceOnce(row, deps)));
      const refused = puts.find((put) => put.status === 'rejected');
      if (refused) throw refused.reason;
    }
    const endedMs = clock.now();
    if (!(await runs.complete(message, completion, endedMs))) return claimLostError();
    tally.completed(message, endedMs);
    return undefined;
  } catch (error) {
    // Any other error is the result of this run, for example a result that is too large for a row.
    if (isStoreError(error)) throw error;
    return error;
  }
};

/**
 * A call with the deadline of the run may notice it shortly before the run does. Any other AppError is a result of the
 * work, even after the abort.
 */
const isCausedByDeadline = (error: unknown, { aborted }: AbortSignal) =>
  error instanceof AppError ? error.code === 'HTTP_DEADLINE' : aborted;

const isStoreError = (error: unknown) =>
  error instanceof AppError && error.code === 'STORE_UNAVAILABLE';
