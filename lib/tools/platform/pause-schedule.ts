import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { scheduleChangeTool } from './schedule-change-tool.ts';
import { SCHEDULE_REFERENCE } from './schedule-fields.ts';

/** `pause_schedule` */
export const pauseScheduleTool = scheduleChangeTool({
  action: 'pause',
  name: 'pause_schedule',
  title: 'Pause a schedule',
  description:
    'Pauses a schedule: it does not fire until resume_schedule or, with until, that time. Fires during the pause are not caught up. A paused schedule gets the new reason and end. A push reports the change.',
  hint: 'destructive',
  isIdempotent: true,
  input: {
    ...SCHEDULE_REFERENCE,
    ...describedShape(
      { until: ChangeArguments.shape.until },
      { until: 'When the pause ends. ISO 8601 with an offset or Z. Absent: when it is resumed.' },
    ),
  },
});
