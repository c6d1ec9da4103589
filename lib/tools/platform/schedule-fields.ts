import * as z from 'zod/mini';
import { ACCEPTED_TARGETS, ScheduleBody } from '#lib/schedules/draft.ts';
import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { SCHEDULE_FIELDS } from '#lib/schedules/schedule-schema.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { EXPECT_TEXTS, SCHEDULE_FIELD_TEXTS, TARGET_TEXTS } from './schedule-texts.ts';

const { target, expect, target_type: _any, ...OTHERS } = ScheduleBody.shape;
const { caller } = SCHEDULE_FIELDS;

const Target = z.strictObject(
  describedShape(
    { ...target.shape, message_type: z.enum([...ACCEPTED_TARGETS.values()].flat()) },
    TARGET_TEXTS,
  ),
);

/** The fields of a new schedule, with their defaults. */
export const NEW_SCHEDULE = describedShape(
  {
    ...OTHERS,
    target_type: z.enum([...ACCEPTED_TARGETS.keys()]),
    target: Target,
    expect: z._default(
      z.strictObject(describedShape(expect.def.innerType.shape, EXPECT_TEXTS)),
      expect.def.defaultValue,
    ),
  },
  SCHEDULE_FIELD_TEXTS,
);

/**
 * The fields of a schedule that is replaced. None has a default, so that a field that was forgotten is a problem and not a
 * change.
 */
export const REPLACED_SCHEDULE = describedShape(
  {
    ...NEW_SCHEDULE,
    timezone: caller.timezone,
    overlap: caller.overlap,
    catch_up: caller.catch_up,
    valid_for_seconds: caller.valid_for_seconds,
    expect: z.strictObject(describedShape(caller.expect.shape, EXPECT_TEXTS)),
  },
  SCHEDULE_FIELD_TEXTS,
);

/** The fields of a stored schedule that a caller sets. */
export const STORED_SCHEDULE = describedShape(
  {
    ...REPLACED_SCHEDULE,
    target_type: caller.target_type,
    target: z.strictObject(describedShape(caller.target.shape, TARGET_TEXTS)),
    start_date: caller.start_date,
    end_date: caller.end_date,
  },
  SCHEDULE_FIELD_TEXTS,
);

const { schedule_id, name, reason } = ChangeArguments.shape;

/** Which schedule a change means, and why it is made. */
export const SCHEDULE_REFERENCE = describedShape(
  { schedule_id, name, reason },
  {
    schedule_id: 'The schedule, by its id. Required unless name says which one is meant.',
    name: 'The schedule, by its name, in place of schedule_id.',
    reason: 'Why, for people. At most 500 characters.',
  },
);
