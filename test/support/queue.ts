import type { SQSEvent } from 'aws-lambda';
import { sqsEvent } from './events.ts';

export interface QueueOptions {
  clock: { now: () => number };
  name?: string;
  /** The visibility timeout. Milliseconds. */
  visibilityMs?: number;
  /** After this many receives, the next receive moves a record to the dead letters. */
  maxReceives?: number;
}

export interface QueuedRecord {
  messageId: string;
  body: string;
  receiveCount: number;
  /** It is hidden until then. Milliseconds since the Unix epoch. */
  visibleAtMs: number;
  sentMs: number;
}

export interface MemoryQueue {
  send: (body: string) => void;
  /**
   * Receive up to ten visible records, oldest first or in the order of `pick`, and hide them for the visibility
   * timeout.
   */
  receive: (options?: { max?: number; pick?: (visible: QueuedRecord[]) => QueuedRecord[] }) => {
    event: SQSEvent;
    records: QueuedRecord[];
  };
  /** Delete a record, as a consumer that acknowledges it does, even if another consumer has received it. */
  remove: (messageId: string) => void;
  /**
   * Apply the response of a batch as Lambda does: delete all records that were not reported; the others stay hidden
   * until their timeout.
   */
  settle: (records: readonly QueuedRecord[], failedIds: readonly string[]) => void;
  /** Make a record visible again while it is in flight, as a standard queue may. */
  redeliver: (messageId: string) => void;
  waiting: () => QueuedRecord[];
  deadLetters: QueuedRecord[];
  /** When the next hidden record becomes visible; `undefined` if none is hidden. */
  nextVisibleMs: () => number | undefined;
  purge: () => void;
}

const MAX_BATCH = 10;

/**
 * A standard SQS queue with its dead letters, in memory. It delivers at least once, in any order, and hides received
 * records.
 */
export const memoryQueue = ({
  clock,
  name = 'messages',
  visibilityMs = 360_000,
  maxReceives = 3,
}: QueueOptions): MemoryQueue => {
  const records = new Map<string, QueuedRecord>();
  const deadLetters: QueuedRecord[] = [];
  let sent = 0;

  return {
    send: (body) => {
      sent += 1;
      const nowMs = clock.now();
      const messageId = `${name}-${sent}`;
      records.set(messageId, {
        messageId,
        body,
        receiveCount: 0,
        visibleAtMs: nowMs,
        sentMs: nowMs,
      });
    },
    receive: ({ max = MAX_BATCH, pick } = {}) => {
      const nowMs = clock.now();
      const visible: QueuedRecord[] = [];
      for (const record of records.values()) {
        if (pick === undefined && visible.length >= max) break;
        if (record.visibleAtMs > nowMs) continue;
        if (record.receiveCount >= maxReceives) {
          records.delete(record.messageId);
          deadLetters.push(record);
        } else visible.push(record);
      }
      const taken = (pick?.(visible) ?? visible).slice(0, Math.min(max, MAX_BATCH));
      for (const record of taken) {
        record.receiveCount += 1;
        record.visibleAtMs = nowMs + visibilityMs;
      }
      return { records: taken, event: sqsEvent(taken, { queue: name }) };
    },
    remove: (messageId) => {
      records.delete(messageId);
    },
    settle: (taken, failedIds) => {
      for (const record of taken) {
        if (!failedIds.includes(record.messageId)) records.delete(record.messageId);
      }
    },
    redeliver: (messageId) => {
      const record = records.get(messageId);
      if (record !== undefined) record.visibleAtMs = clock.now();
    },
    waiting: () => [...records.values()],
    deadLetters,
    nextVisibleMs: () => {
      const nowMs = clock.now();
      const hidden = [...records.values()].map((one) => one.visibleAtMs).filter((ms) => ms > nowMs);
      return hidden.length === 0 ? undefined : Math.min(...hidden);
    },
    purge: () => {
      records.clear();
      deadLetters.length = 0;
    },
  };
};
