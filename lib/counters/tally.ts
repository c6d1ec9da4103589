import { addCounts } from '#lib/data/counters/hours.ts';
import type { Message } from '#lib/messages/message.ts';
import { hourStart } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { type Counts, completion, counted, sumCounts } from './counts.ts';

/** The counts of a batch: summed in memory, written once. */
export interface Tally {
  created: (message: Message) => void;
  completed: (message: Message, endedMs: number) => void;
  failed: (message: Message) => void;
  /** Takes back `failed`. */
  redriven: (message: Message) => void;
  /** Counted in the current hour, in addition to `failed`. */
  expired: (message: Message, nowMs: number) => void;
  /** One write per hour. Best effort: a failure is logged, because the sweeper recounts closed hours. */
  flush: () => Promise<void>;
}

const FLUSH_TIMEOUT_MS = 1_000;

/** An empty tally. The caller must flush it. */
export const createTally = (log: Pick<Logger, 'warn'>): Tally => {
  let hours = new Map<number, Counts>();
  const add = (ms: number, counts: Counts) => {
    const hour = hourStart(ms);
    hours.set(hour, sumCounts(hours.get(hour) ?? {}, counts));
  };
  const createdMs = ({ created_date }: Message) => Date.parse(created_date);

  return {
    created: (message) => add(createdMs(message), counted('created', message)),
    completed: (message, endedMs) => add(createdMs(message), completion(message, endedMs)),
    failed: (message) => add(createdMs(message), counted('failed', message)),
    redriven: (message) => add(createdMs(message), counted('failed', message, -1)),
    expired: (message, nowMs) => add(nowMs, counted('expired', message)),
    flush: async () => {
      const counted = [...hours];
      hours = new Map();
      await Promise.all(
        counted.map(([startMs, counts]) =>
          addCounts(startMs, counts, { timeoutMs: FLUSH_TIMEOUT_MS }).catch((error: unknown) =>
            log.warn({ err: error, counts }, 'counts not added'),
          ),
        ),
      );
    },
  };
};

/** Counts with the tally of the batch. Without a batch, writes at once. */
export const countWith = async (
  { tally, log }: { tally?: Tally | undefined; log: Pick<Logger, 'warn'> },
  count: (tally: Tally) => void,
): Promise<void> => {
  if (tally !== undefined) return count(tally);
  const own = createTally(log);
  count(own);
  await own.flush();
};
