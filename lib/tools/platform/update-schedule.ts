import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { scheduleChangeTool } from './schedule-change-tool.ts';
import { REPLACED_SCHEDULE } from './schedule-fields.ts';

const { schedule_id, run_now } = ChangeArguments.shape;

/** `update_schedule` */
export const updateScheduleTool = scheduleChangeTool({
  action: 'update',
  name: 'update_schedule',
  title: 'Update a schedule',
  description:
    'Replaces every field of a schedule. Call list_schedules first and pass all fields of the schedule with the changes: description, start_date, end_date and max_runs are removed when they are absent. A paused schedule stays paused. A push reports the change.',
  hint: 'destructive',
  isIdempotent: false,
  input: {
    ...REPLACED_SCHEDULE,
    ...describedShape(
      { schedule_id, run_now },
      {
        schedule_id:
          'The schedule. Absent: the one that has the name. Required to change the name.',
        run_now: 'Whether to create its message also now.',
      },
    ),
  },
});
