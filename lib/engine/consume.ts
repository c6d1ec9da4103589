import { createTally, type Tally } from '#lib/counters/tally.ts';
import { claim } from '#lib/data/messages/message-runs.ts';
import { find } from '#lib/data/messages/messages.ts';
import { readEnvelope } from '#lib/messages/envelope.ts';
import { isSupported, type Message } from '#lib/messages/message.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { type Route, typesOf } from '#lib/messages/routes.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { type Clock, systemClock } from '#lib/platform/clock.ts';
import { AppError, type ErrorCode } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { giveUpIfNeeded } from './give-up.ts';
import type { ProduceDeps } from './produce.ts';
import { runClaimed } from './run.ts';

/** The fields of a queue record that the engine reads. */
export interface QueueRecord {
  messageId: string;
  body: string;
}

export interface ConsumeOptions {
  consumer: Route['consumer'];
  /** Unique per invocation. */
  invocation: string;
  /** When Lambda kills the function. Milliseconds since the Unix epoch. */
  killedAtMs: number;
  log: Logger;
  clock?: Clock;
  /** Publishes the wake-ups of children. Only for work that has children. */
  publisher?: ProduceDeps['publisher'];
}

/** The lease ends this long after the function is killed. Milliseconds. */
const LEASE_MARGIN_MS = 30_000;
/** Time that a run leaves to write how it ended. Milliseconds. */
const ENDING_MS = 5_000;

type Batch = ConsumeOptions & {
  clock: Clock;
  tally: Tally;
  /** The time that the function has at the start of the batch. Milliseconds. */
  timeoutMs: number;
};

/** Runs the message of a record alone, after the others. It has a strike, so it may have killed a function. */
type Suspect = () => Promise<void>;

/**
 * Runs the work of the messages that a batch of wake-ups names, in parallel.
 * @returns one settled result per record, in order. A result is rejected only when the record cannot be read or has a
 * type that this consumer does not accept. The result of every other record is in the row; if it cannot be written, the
 * row is due again.
 */
export const consume = async (
  records: readonly QueueRecord[],
  options: ConsumeOptions,
  work: Work,
): Promise<PromiseSettledResult<void>[]> => {
  const clock = options.clock ?? systemClock;
  const tally = createTally(options.log);
  const batch = { ...options, clock, tally, timeoutMs: options.killedAtMs - clock.now() };

  const together = await Promise.allSettled(
    records.map(async (record) => consumeRecord(record, batch, work)),
  );
  const results: PromiseSettledResult<unknown>[] = [];
  for (const result of together) {
    const suspect = result.status === 'fulfilled' ? result.value : undefined;
    if (suspect === undefined) results.push(result);
    else results.push(...(await Promise.allSettled([suspect()])));
  }
  await tally.flush();
  return queueResultsOf(results, options.log);
};

const consumeRecord = async (
  record: QueueRecord,
  batch: Batch,
  work: Work,
): Promise<Suspect | undefined> => {
  const { consumer, log } = batch;
  const accepted: readonly string[] = typesOf(consumer);
  const envelope = readEnvelope(record.body);
  if (envelope === undefined) throw recordError('UNREADABLE_BODY', 'the body is not a wake-up');
  const { id, message_type } = envelope.message;
  if (!accepted.includes(message_type)) throw typeNotAcceptedError();

  const message = await find(id);
  if (message === undefined) {
    log.warn({ message_id: id, message_type }, 'wake-up for an unknown message');
    return undefined;
  }
  if (!accepted.includes(message.message_type)) throw typeNotAcceptedError();
  if (isTerminal(message.status)) {
    log.warn({ message_id: id, message_type }, 'wake-up for a finished message');
    return undefined;
  }
  if (await giveUpIfNeeded(message, batch)) return undefined;
  if (message.strikes > 0) return () => claimAndRun(message, record, batch, work);
  await claimAndRun(message, record, batch, work);
  return undefined;
};

const claimAndRun = async (
  { id, version }: Message,
  record: QueueRecord,
  batch: Batch,
  work: Work,
): Promise<void> => {
  const { clock, killedAtMs, timeoutMs, invocation } = batch;
  const nowMs = clock.now();
  // Too little time is left. The row is due, so the sweeper wakes the message.
  if (killedAtMs - nowMs < timeoutMs / 3) return;

  const claimed = await claim(id, {
    claimedBy: `${invocation}/${record.messageId}`,
    nowMs,
    leaseUntilMs: nowMs + timeoutMs + LEASE_MARGIN_MS,
  });
  if (claimed === undefined) return;
  const deadlineMs = killedAtMs - Math.min(ENDING_MS, timeoutMs / 6);
  await runClaimed(claimed, isSupported(version) ? work : refuseVersion, deadlineMs, batch);
};

/** The message of a newer producer is parked: a consumer that supports it is being deployed. */
const refuseVersion: Work = async ({ version }) => {
  throw new AppError('unavailable', 'UNSUPPORTED_VERSION', `version ${version} is not supported`);
};

/**
 * The results for the queue. When DynamoDB is unavailable, the records are acknowledged, with one error line for the
 * batch: their rows are due, and the sweeper wakes the messages.
 */
const queueResultsOf = (
  results: readonly PromiseSettledResult<unknown>[],
  log: Logger,
): PromiseSettledResult<void>[] => {
  const done = { status: 'fulfilled', value: undefined } as const;
  const storeErrors: unknown[] = [];
  const queueResults = results.map((result): PromiseSettledResult<void> => {
    if (result.status === 'fulfilled') return done;
    const { reason } = result;
    if (!(reason instanceof AppError) || reason.kind !== 'unavailable') return result;
    storeErrors.push(reason);
    return done;
  });
  if (storeErrors.length > 0) {
    const fields = { err: storeErrors[0], records: storeErrors.length };
    log.error(fields, 'store unavailable, records acknowledged, sweeper wakes the messages');
  }
  return queueResults;
};

const recordError = (code: ErrorCode, message: string) => new AppError('invalid', code, message);

const typeNotAcceptedError = () =>
  recordError('TYPE_NOT_ACCEPTED', 'this consumer does not accept messages of that type');
