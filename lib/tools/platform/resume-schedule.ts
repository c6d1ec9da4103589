import { scheduleChangeTool } from './schedule-change-tool.ts';
import { SCHEDULE_REFERENCE } from './schedule-fields.ts';

/** `resume_schedule` */
export const resumeScheduleTool = scheduleChangeTool({
  action: 'resume',
  name: 'resume_schedule',
  title: 'Resume a schedule',
  description:
    'Makes a paused schedule, or one that EventBridge Scheduler refused, active again. Fires during the pause are not caught up. A push reports the change.',
  hint: 'additive',
  isIdempotent: true,
  input: SCHEDULE_REFERENCE,
});
