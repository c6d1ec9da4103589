import type { Tally } from '#lib/counters/tally.ts';
import * as runs from '#lib/data/messages/message-runs.ts';
import type { MetricValues } from '#lib/messages/outcome.ts';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import { shortened } from '#lib/platform/text.ts';

interface SettleContext {
  clock: Clock;
  log: Logger;
  tally: Tally;
  /** When the run started. Milliseconds since the Unix epoch. */
  startMs: number;
  /** The metrics of the work. */
  workMetrics: MetricValues;
  /** The function that runs. */
  consumer: string;
}

/**
 * The functions whose runs count in `ProcessingDuration`. The work of others is long on purpose, and would hide what the
 * alarm `duration` is about.
 */
const SHORT_WORK = ['processor', 'notification'];

const MAX_BACKOFF_MS = 15 * MINUTE_MS;
/** The longest error message that a row stores. UTF-16 units. */
const MAX_REASON_CHARS = 1_000;

/**
 * Writes how a run ended to its row, and logs one line about it.
 * @param error the error that ended the run; `undefined` when the message is completed already
 * @throws AppError `unavailable` when the row could not be written
 */
export const settle = async (
  message: runs.Claimed,
  error: unknown,
  { clock, log, tally, startMs, workMetrics, consumer }: SettleContext,
): Promise<void> => {
  const nowMs = clock.now();
  const durationMs = nowMs - startMs;
  const metricsOf = (own: MetricValues, status: string) =>
    metricFields(
      { ...own, ...workMetrics },
      { nowMs, detail: { MessageType: message.message_type, Status: status } },
    );
  const ended = {
    ...(SHORT_WORK.includes(consumer) && { ProcessingDuration: durationMs }),
    MessageLatency: nowMs - Date.parse(message.created_date),
  };
  if (error === undefined) {
    const metrics = metricsOf({ MessagesProcessed: 1, ...ended }, 'completed');
    log.info({ ...metrics, duration_ms: durationMs }, 'message completed');
    return;
  }

  const reason = reasonOf(error);
  const fields = { code: reason.code, category: categoryOf(error), duration_ms: durationMs };

  const fail = async (): Promise<boolean> => {
    if (!(await runs.fail(message, reason, nowMs))) return false;
    tally.failed(message);
    const metrics = metricsOf({ MessagesFailed: 1, ...ended }, 'failed');
    log.warn({ ...metrics, ...fields, err: error }, 'message failed');
    return true;
  };

  const hold = async (): Promise<boolean> => {
    const heldBy = (error as AppError).heldBy ?? '';
    if (!(await runs.hold(message, { ...reason, heldBy }, nowMs))) return false;
    log.info({ ...fields, held_by: heldBy }, 'message held');
    return true;
  };

  const park = async (): Promise<boolean> => {
    const resetStrikes = !isBugOrDeadline(error);
    const waitMs = waitMsOf(error, message);
    const untilMs = Math.min(Date.parse(message.valid_until), nowMs + waitMs);
    if (!(await runs.park(message, { ...reason, untilMs, resetStrikes }, nowMs))) return false;
    const wait = { ...metricsOf({}, 'queued'), ...fields, wait_ms: waitMs, err: error };
    if (resetStrikes) log.warn(wait, 'message parked');
    else log.error({ ...wait, strikes: message.strikes }, 'message parked with a strike');
    return true;
  };

  const write = { lost: async () => false, failed: fail, held: hold, parked: park };
  if (!(await write[resultOf(error)]())) log.warn(fields, 'claim lost');
};

/** Another run owns the message. */
export const claimLostError = () =>
  new AppError('conflict', 'CLAIM_LOST', 'another run owns the message');

/** The run reached its deadline. The cause is the error of the work, if there is one. */
export const runDeadlineError = (cause?: unknown) =>
  new AppError('unavailable', 'DEADLINE', 'not done before the deadline', { cause });

const resultOf = (error: unknown): 'lost' | 'failed' | 'held' | 'parked' => {
  if (!(error instanceof AppError)) return 'parked';
  if (error.code === 'CLAIM_LOST') return 'lost';
  if (error.kind !== 'unavailable') return 'failed';
  return error.heldBy === undefined ? 'parked' : 'held';
};

/** A bug, or work that is too slow. The strike stays, so that the message fails after eight. */
const isBugOrDeadline = (error: unknown) =>
  !(error instanceof AppError) || error.code === 'DEADLINE';

/** 1, 2, 4, 8, then 15 minutes. */
const backoffMs = (retryCount: number) =>
  Math.min(MAX_BACKOFF_MS, MINUTE_MS * 2 ** Math.min(retryCount, 10));

const waitMsOf = (error: unknown, { retry_count }: runs.Claimed): number => {
  const { parkForMs, retryAfterMs = 0 } = error instanceof AppError ? error : {};
  return parkForMs ?? Math.max(backoffMs(retry_count), retryAfterMs);
};

const reasonOf = (error: unknown): runs.Reason =>
  error instanceof AppError
    ? { code: error.code, message: shortened(error.message, MAX_REASON_CHARS) }
    : { code: 'INTERNAL', message: 'internal error, see the log' };

const categoryOf = (error: unknown): 'transient' | 'validation' | 'permanent' | 'system' => {
  if (isBugOrDeadline(error) || !(error instanceof AppError)) return 'system';
  if (error.kind === 'unavailable') return 'transient';
  return error.kind === 'invalid' ? 'validation' : 'permanent';
};
