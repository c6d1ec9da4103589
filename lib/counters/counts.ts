import type { Message } from '#lib/messages/message.ts';
import { isRouted, MESSAGE_TYPES, type MessageType } from '#lib/messages/routes.ts';
import { TOOK_BUCKETS, type TookBucket, tookBucket } from './durations.ts';

const RECOUNTED = ['created', 'completed', 'failed'] as const;
const EVENTS = [...RECOUNTED, 'expired'] as const;

/**
 * The counters of an hour. A message is counted in the hour in which it was created, so that the hour can be recounted
 * from its messages. Only `expired_…` is counted in the hour in which the message expired.
 */
export type CounterName =
  | `${(typeof EVENTS)[number]}_${MessageType}`
  | TookBucket
  /** Sum of the durations in the buckets. Milliseconds. */
  | 'took_ms';

export type Counts = Partial<Record<CounterName, number>>;

const namesOf = (events: readonly (typeof EVENTS)[number][]): CounterName[] =>
  events.flatMap((event) => MESSAGE_TYPES.map((type) => `${event}_${type}` as const));

/** The counters that a recount sets. */
export const RECOUNTED_NAMES: readonly CounterName[] = [
  ...namesOf(RECOUNTED),
  ...TOOK_BUCKETS,
  'took_ms',
];

export const COUNTER_NAMES: readonly CounterName[] = [...RECOUNTED_NAMES, ...namesOf(['expired'])];

type Typed = Pick<Message, 'message_type'>;

/** One event of a message. Empty for an unknown type. */
export const counted = (
  event: (typeof EVENTS)[number],
  { message_type }: Typed,
  times = 1,
): Counts => (isRouted(message_type) ? { [`${event}_${message_type}`]: times } : {});

/** A completed message, with the time from its last claim to its end. */
export const completion = (
  message: Typed & Pick<Message, 'processing_started_at'>,
  endedMs: number,
): Counts => {
  if (!isRouted(message.message_type)) return {};
  const tookMs = Math.max(0, endedMs - Date.parse(message.processing_started_at ?? ''));
  const took = Number.isNaN(tookMs) ? {} : { [tookBucket(tookMs)]: 1, took_ms: tookMs };
  return { ...counted('completed', message), ...took };
};

/** Everything that should have been counted for a message so far. */
export const countsOf = (message: Message): Counts => {
  const created = counted('created', message);
  if (message.status === 'failed') return sumCounts(created, counted('failed', message));
  if (message.status !== 'completed') return created;
  return sumCounts(created, completion(message, Date.parse(message.processing_completed_at ?? '')));
};

export const sumCounts = (some: Counts, more: Counts): Counts => {
  const sum = { ...some };
  for (const name of Object.keys(more) as CounterName[]) {
    sum[name] = (sum[name] ?? 0) + (more[name] ?? 0);
  }
  return sum;
};
