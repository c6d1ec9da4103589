import { scheduleChangeTool } from './schedule-change-tool.ts';
import { SCHEDULE_REFERENCE } from './schedule-fields.ts';

/** `delete_schedule` */
export const deleteScheduleTool = scheduleChangeTool({
  action: 'delete',
  name: 'delete_schedule',
  title: 'Delete a schedule',
  description:
    'Deletes a schedule. It does not fire any more and cannot be restored, only created again. Messages that it created stay. A push reports the change.',
  hint: 'destructive',
  isIdempotent: true,
  input: SCHEDULE_REFERENCE,
});
