import * as z from 'zod/mini';

/** Whether a condition is on, and the push about its last change. */
const ConditionStateSchema = z.object({
  on: z.boolean(),
  /** When it changed. ISO 8601, UTC. */
  since: z.string(),
  push: z.object({
    title: z.string(),
    message: z.string(),
    priority: z.enum(['low', 'default', 'high', 'urgent']),
    click: z.optional(z.string()),
  }),
});
export type ConditionState = z.output<typeof ConditionStateSchema>;

/** The row of all conditions that the sweeper watches. The entity of the table is derived from it. */
export const ConditionsSchema = z.object({
  /** `sweeper`. */
  day: z.string(),
  /** `conditions`. */
  hour: z.string(),
  /** Increases with every write. */
  revision: z.int(),
  states: z.record(z.string(), ConditionStateSchema),
});
