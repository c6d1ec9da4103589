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
import { endIfOver } from './give-up.ts';
import type { ProduceDeps } from './produce.ts';
import { runClaimed } from './run.ts';

/** A record of a queue, as far as the engine reads it. */
export interface QueueRecord {
  messageId: string;
  body: string;
}

export interface ConsumeOptions {
  consumer: Route['consumer'];
  /** Unique per invocation. */
  invocation: string;
  /** When the function is killed. Milliseconds since the Unix epoch. */
  killedAtMs: number;
  log: Logger;
  clock?: Clock;
  /** For what the work spawns. */
  publisher?: ProduceDeps['publisher'];
}

/** What a lease outlives the function by. Milliseconds. */
const LEASE_MARGIN_MS = 30_000;
/** What a run leaves of the function's time to write how it ended. Milliseconds. */
const ENDING_MS = 5_000;

type Batch = ConsumeOptions & {
  clock: Clock;
  tally: Tally;
  /** The function's whole time. Milliseconds. */
  timeoutMs: number;
};

/** A record that waits until it can be run alone: its message may have killed a function. */
type Suspect = () => Promise<void>;

/**
 * Run the work of every message that a batch of wake-ups names, side by side.
 * @returns one settled result per record, in order: rejected only when nobody can read the record or its type is not
 * accepted here. Everything else ends in the row, and what cannot end there is due again.
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
    records.map(async (record) => wakeUp(record, batch, work)),
  );
  const results: PromiseSettledResult<unknown>[] = [];
  for (const result of together) {
    const suspect = result.status === 'fulfilled' ? result.value : undefined;
    if (suspect === undefined) results.push(result);
    else results.push(...(await Promise.allSettled([suspect()])));
  }
  await tally.flush();
  return settled(results, options.log);
};

const wakeUp = async (
  record: QueueRecord,
  batch: Batch,
  work: Work,
): Promise<Suspect | undefined> => {
  const { consumer, log } = batch;
  const accepted: readonly string[] = typesOf(consumer);
  const envelope = readEnvelope(record.body);
  if (envelope === undefined) throw unreadable('UNREADABLE_BODY', 'the body is not a wake-up');
  const { id, message_type } = envelope.message;
  if (!accepted.includes(message_type)) throw notAccepted();

  const message = await find(id);
  if (message === undefined) {
    log.warn({ message_id: id, message_type }, 'wake-up for an unknown message');
    return undefined;
  }
  if (!accepted.includes(message.message_type)) throw notAccepted();
  if (isTerminal(message.status)) {
    log.warn({ message_id: id, message_type }, 'wake-up for a finished message');
    return undefined;
  }
  if (await endIfOver(message, batch)) return undefined;
  if (message.strikes > 0) return () => start(message, record, batch, work);
  await start(message, record, batch, work);
  return undefined;
};

const start = async (
  { id, version }: Message,
  record: QueueRecord,
  batch: Batch,
  work: Work,
): Promise<void> => {
  const { clock, killedAtMs, timeoutMs, invocation } = batch;
  const nowMs = clock.now();
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

/** A newer producer's message: parked, because the consumer that understands it is being deployed. */
const refuseVersion: Work = async ({ version }) => {
  throw new AppError('unavailable', 'UNSUPPORTED_VERSION', `version ${version} is not understood`);
};

/**
 * What the queue is told. A store that is away is no fault of the records: they are acknowledged, with one error line
 * for the batch, because their rows are due and the sweeper wakes them.
 */
const settled = (
  results: readonly PromiseSettledResult<unknown>[],
  log: Logger,
): PromiseSettledResult<void>[] => {
  const done = { status: 'fulfilled', value: undefined } as const;
  const away: unknown[] = [];
  const told = results.map((result): PromiseSettledResult<void> => {
    if (result.status === 'fulfilled') return done;
    const { reason } = result;
    if (!(reason instanceof AppError) || reason.kind !== 'unavailable') return result;
    away.push(reason);
    return done;
  });
  if (away.length > 0) {
    log.error({ err: away[0], records: away.length }, 'batch left to the sweeper');
  }
  return told;
};

const unreadable = (code: ErrorCode, message: string) => new AppError('invalid', code, message);

const notAccepted = () => unreadable('TYPE_NOT_ACCEPTED', 'no message of that type is run here');
