import { ChangeArguments } from '#lib/schedules/requests/parse-change.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { scheduleChangeTool } from './schedule-change-tool.ts';
import { NEW_SCHEDULE } from './schedule-fields.ts';

/** `create_schedule` */
export const createScheduleTool = scheduleChangeTool({
  action: 'create',
  name: 'create_schedule',
  title: 'Create a schedule',
  description:
    'Creates a schedule, which creates a message at each of its times. Ask the person for the time zone: without one it is UTC. Call preview_schedule first to see the times. Each fire of something that cannot be undone, such as a golf booking, needs the approval of a person unless a rule of the policy allows it. A push reports the new schedule.',
  hint: 'additive',
  isIdempotent: false,
  input: {
    ...NEW_SCHEDULE,
    ...describedShape(
      { run_now: ChangeArguments.shape.run_now },
      { run_now: 'Whether to create its message also now.' },
    ),
  },
});
