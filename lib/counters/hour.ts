import * as z from 'zod/mini';
import { COUNTER_NAMES, type CounterName } from './counts.ts';

const count = z.optional(z.int());

/** Each counter of an hour. A counter that is 0 may be absent. */
const COUNTERS = Object.fromEntries(COUNTER_NAMES.map((name) => [name, count])) as Record<
  CounterName,
  typeof count
>;

/** How far a recount has come that takes more than one tick. */
const RecountSchema = z.object({
  /** `adds` of the hour when the recount began. With another number in the row, the result of the recount is discarded. */
  adds: z.int(),
  /** The last message that is in `counts`, in the order of the index. */
  after: z.optional(z.object({ id: z.string(), created_date: z.string() })),
  counts: z.partialRecord(z.enum(COUNTER_NAMES), z.int()),
});
export type RecountProgress = z.output<typeof RecountSchema>;

/** The counters of one hour. The entity of the table is derived from it. */
export const HourSchema = z.object({
  /** `yyyy-mm-dd`, UTC. */
  day: z.string(),
  /** `00` to `23`. */
  hour: z.string(),
  ...COUNTERS,
  /** Writes that added something. A change of this number invalidates a running recount. */
  adds: z.optional(z.int()),
  /** How often the hour was recounted: 1 an hour after it closed, 2 a day after. */
  recounts: z.optional(z.int()),
  recount: z.optional(RecountSchema),
  /** Whether the push about what expired was created. */
  expired_reported: z.optional(z.boolean()),
  /** Seconds since the Unix epoch. */
  ttl: z.int(),
});
