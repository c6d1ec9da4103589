import { addCounts } from '#lib/data/counters/hours.ts';
import type { Message } from '#lib/messages/message.ts';
import { hourStart } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { type Counts, completion, counted, plus } from './counts.ts';

/** What a batch counts: kept in memory, written once. */
export interface Tally {
  created: (message: Message) => void;
  completed: (message: Message, endedMs: number) => void;
  failed: (message: Message) => void;
  /** It is not failed any more. */
  redriven: (message: Message) => void;
  /** Counted in the running hour, beside `failed`. */
  expired: (message: Message, nowMs: number) => void;
  /**
   * One write for each hour that was touched. Best effort: a failure is one log line, because the sweeper counts closed
   * hours again.
   */
  flush: () => Promise<void>;
}

const FLUSH_TIMEOUT_MS = 1_000;

/** An empty tally. Who makes it flushes it. */
export const createTally = (log: Pick<Logger, 'warn'>): Tally => {
  let hours = new Map<number, Counts>();
  const add = (ms: number, counts: Counts) => {
    const hour = hourStart(ms);
    hours.set(hour, plus(hours.get(hour) ?? {}, counts));
  };
  const born = ({ created_date }: Message) => Date.parse(created_date);

  return {
    created: (message) => add(born(message), counted('created', message)),
    completed: (message, endedMs) => add(born(message), completion(message, endedMs)),
    failed: (message) => add(born(message), counted('failed', message)),
    redriven: (message) => add(born(message), counted('failed', message, -1)),
    expired: (message, nowMs) => add(nowMs, counted('expired', message)),
    flush: async () => {
      const folded = [...hours];
      hours = new Map();
      await Promise.all(
        folded.map(([startMs, counts]) =>
          addCounts(startMs, counts, { timeoutMs: FLUSH_TIMEOUT_MS }).catch((error: unknown) =>
            log.warn({ err: error, counts }, 'counts not added'),
          ),
        ),
      );
    },
  };
};

/** Counts with the batch's tally, or writes at once where there is no batch. */
export const counting = async (
  { tally, log }: { tally?: Tally | undefined; log: Pick<Logger, 'warn'> },
  count: (tally: Tally) => void,
): Promise<void> => {
  if (tally !== undefined) return count(tally);
  const own = createTally(log);
  count(own);
  await own.flush();
};
