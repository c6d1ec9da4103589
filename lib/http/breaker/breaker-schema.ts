import * as z from 'zod/mini';

const text = z.string();
const optionalText = z.optional(text);

/** The fields that the rules of `breaker-rules.ts` set. Times are ISO 8601, UTC. */
const STATE_FIELDS = {
  state: z.enum(['closed', 'open', 'half_open']),
  /** Failed tries since `window_started_at`. */
  failures: z.int(),
  window_started_at: optionalText,
  /** No call before this time, then one trial. Only while open. */
  open_until: optionalText,
  /** When it opened for `reason`. Failed trials with the same reason keep it. Absent once it closed. */
  opened_at: optionalText,
  /** Why it opened last. Absent once it closed. */
  reason: z.optional(z.enum(['failures', 'throttled', 'credentials', 'blocked'])),
  /** The number of the last trial. It only increases, and fences the writes about a trial. */
  trial: z.int(),
  /** The trial ends at this time at the latest. Only during a trial. */
  trial_until: optionalText,
  /** Successful trials in a row. */
  successes: z.int(),
  /** The time since which every response of the service is 429. */
  throttled_since: optionalText,
  /** Whether the server of the last response echoes sequence ids. Absent while unknown. */
  echoes_sequence: z.optional(z.boolean()),
  /** The server that `echoes_sequence` is about. */
  echo_server: optionalText,
};

/** The fields that the table needs. */
const ROW_FIELDS = {
  /** The primary key. */
  service_name: text,
  /** Increased by every write, and the condition of the next write. */
  version: z.int(),
  /** Identifies the last write, so that a write whose response was lost finds that it succeeded. */
  write_id: text,
  /** Seconds since the Unix epoch. */
  ttl: z.int(),
};

/** The state of a circuit breaker. All functions share it through the table. */
export const BreakerStateSchema = z.object(STATE_FIELDS);
export type BreakerState = z.output<typeof BreakerStateSchema>;

/** The row of a breaker. The entity of the table is derived from it. */
export const BreakerSchema = z.object({ ...STATE_FIELDS, ...ROW_FIELDS });
/** A row, as it was read or written. `version` is the condition of the next write. */
export type StoredBreaker = BreakerState & Pick<z.output<typeof BreakerSchema>, 'version'>;
