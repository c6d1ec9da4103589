import type { Tally } from '#lib/counters/tally.ts';
import * as runs from '#lib/data/messages/message-runs.ts';
import { MAX_RESULT_BYTES } from '#lib/messages/message.ts';
import { sizeBytes } from '#lib/messages/new-message.ts';
import type {
  CompletedWork,
  EndedWithError,
  MetricValues,
  Outcome,
  Run,
  Work,
} from '#lib/messages/outcome.ts';
import { type Clock, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { annotateTrace } from '#lib/platform/trace.ts';
import type { ProduceDeps } from './produce.ts';
import { putChildren } from './put-children.ts';
import { claimLostError, runDeadlineError, settle } from './settle.ts';

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

/** How long the run waits after the abort before it ends without the result of the work. Milliseconds. */
const ABORT_GRACE_MS = SECOND_MS;

/**
 * Runs the work of a claimed message and writes how it ended:
 *
 * | the work | the row |
 * | --- | --- |
 * | returns | children put, then `completed` |
 * | returns an error and children | children put, then the same as if it had thrown the error |
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
  const workMetrics: MetricValues = {};
  const measure = (values: MetricValues) => {
    Object.assign(workMetrics, values);
  };
  const done = await perform(message, work, deadlineMs, { clock, log, measure });
  const ended =
    'outcome' in done ? await applyOutcome(message, done.outcome, { ...deps, log }) : done.error;
  const { consumer } = deps;
  await settle(message, ended, { clock, log, tally, startMs, workMetrics, consumer });
  annotateTrace(message.correlation_id, { startMs, endMs: clock.now() });
};

/** What a run can do with its row before it ends. Facts that were stored are also in `message`, for its end. */
const rowOf = (
  message: runs.Claimed,
  clock: Clock,
): Pick<Run, 'recordSendStarted' | 'record' | 'requireClaim'> => {
  const requireOurs = (isOurs: boolean): void => {
    if (!isOurs) throw claimLostError();
  };
  return {
    recordSendStarted: async () => requireOurs(await runs.markSendStarted(message, clock.now())),
    record: async ({ validForMs = 0, ...ids }) => {
      const nowMs = clock.now();
      const validUntilMs = Math.max(Date.parse(message.valid_until), nowMs + validForMs);
      const facts = { ...ids, valid_until: iso(validUntilMs) };
      requireOurs(await runs.recordFacts(message, facts, nowMs));
      Object.assign(message, facts);
    },
    requireClaim: async () => requireOurs(await runs.ownsClaim(message, clock)),
  };
};

/** Runs the work until it ends or the deadline is reached. */
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
    ...rowOf(message, clock),
  };
  const working = (async () => work(message, run))().then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({
      error: isCausedByDeadline(error, deadline.signal) ? runDeadlineError(error) : error,
    }),
  );
  const overdue = (async () => {
    await clock.sleep(deadlineMs - clock.now(), finished.signal);
    deadline.abort();
    await clock.sleep(ABORT_GRACE_MS, finished.signal);
    return { error: runDeadlineError() };
  })();

  try {
    return await Promise.race([working, overdue]);
  } finally {
    finished.abort();
  }
};

/** Puts the children, then completes the parent. @returns the error that the run ends with, if any */
const applyOutcome = async (
  message: runs.Claimed,
  outcome: Outcome,
  deps: RunDeps,
): Promise<unknown> => {
  try {
    if ('error' in outcome) return await endWithChildren(message, outcome, deps);
    return await succeed(message, outcome, deps);
  } catch (error) {
    // Any other error is the result of this run, for example a result that is too large for a row.
    if (isStoreError(error)) throw error;
    return error;
  }
};

const succeed = async (
  message: runs.Claimed,
  { children = [], ...completion }: CompletedWork,
  deps: RunDeps,
): Promise<AppError | undefined> => {
  if (sizeBytes(completion.result) > MAX_RESULT_BYTES) {
    throw new Error('the result is larger than 8 KB');
  }
  await putChildren(message, children, deps);
  const endedMs = deps.clock.now();
  if (!(await runs.complete(message, completion, endedMs))) return claimLostError();
  deps.tally.completed(message, endedMs);
  return undefined;
};

/** Puts the children of work that ended with an error. If they cannot be put, the error of the work stays the result. */
const endWithChildren = async (
  message: runs.Claimed,
  { error, children }: EndedWithError,
  deps: RunDeps,
): Promise<AppError> => {
  try {
    await putChildren(message, children, deps);
  } catch (childError) {
    if (isStoreError(childError) || isClaimLost(childError)) throw childError;
    deps.log.error({ err: childError }, 'children not put');
  }
  return error;
};

/**
 * A call with the deadline of the run may notice it shortly before the run does. Any other AppError is a result of the
 * work, even after the abort.
 */
const isCausedByDeadline = (error: unknown, { aborted }: AbortSignal) =>
  error instanceof AppError ? error.code === 'HTTP_DEADLINE' : aborted;

const isClaimLost = (error: unknown) => error instanceof AppError && error.code === 'CLAIM_LOST';

const isStoreError = (error: unknown) =>
  error instanceof AppError && error.code === 'STORE_UNAVAILABLE';
