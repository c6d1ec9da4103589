import { scheduleChangeTool } from './schedule-change-tool.ts';
import { SCHEDULE_REFERENCE } from './schedule-fields.ts';

/** `run_schedule` */
export const runScheduleTool = scheduleChangeTool({
  action: 'execute',
  name: 'run_schedule',
  title: 'Run a schedule now',
  description:
    'Creates the message of a schedule now, independent of its times. The answer does not wait for the result of that message: get_run shows it. What cannot be undone needs the approval of a person unless a rule of the policy allows it.',
  hint: 'additive',
  isIdempotent: false,
  input: SCHEDULE_REFERENCE,
});
