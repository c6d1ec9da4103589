import * as z from 'zod/mini';
import { SHOWN_HEALTH, shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { SCHEDULE_FIELDS, SCHEDULE_STATUSES } from '#lib/schedules/schedule-schema.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';
import { shownData, shownLine } from '#lib/tools/shown-text.ts';
import { STORED_SCHEDULE } from './schedule-fields.ts';

const MAX = 50;
/** A schedule can have 80 KB of input. The first one is always shown. Bytes of JSON. */
const MAX_BYTES = 200_000;
const LISTED = SCHEDULE_STATUSES.filter((status) => status !== 'deleted');

const { system } = SCHEDULE_FIELDS;

const ListedSchedule = z.strictObject({
  ...STORED_SCHEDULE,
  ...describedShape(
    {
      schedule_id: system.id,
      status: system.status,
      paused_reason: system.paused_reason,
      paused_until: system.paused_until,
      error_message: system.error_message,
      health: z.enum(SHOWN_HEALTH),
      problem: system.problem,
      next_fire_at: z.optional(z.string()),
      last_fired_at: system.last_fired_at,
      created_by: system.created_by,
    },
    {
      schedule_id: 'Identifies the schedule.',
      status: 'completed: it will not fire again. error: EventBridge Scheduler refuses it.',
      paused_reason: 'Why it is paused.',
      paused_until: 'When the pause ends. ISO 8601, UTC. Absent: when it is resumed.',
      error_message: 'Why EventBridge Scheduler refuses it.',
      health:
        'new: before the first run. late: a fire is due. down: a fire is missing, or a run failed or takes too long.',
      problem:
        'Why it is down. late: a fire is missing. hung: a run takes too long. failed: a run failed.',
      next_fire_at: 'The next fire. ISO 8601, UTC. Absent when there is none.',
      last_fired_at: 'The scheduled time of the latest fire. ISO 8601, UTC.',
      created_by: 'Who created it: user:<name>, mcp:<name>, agent:<name> or terraform.',
    },
  ),
});
type ListedSchedule = z.output<typeof ListedSchedule>;

/** `list_schedules` */
export const listSchedulesTool = defineDirectTool({
  name: 'list_schedules',
  title: 'List schedules',
  description: `Lists the schedules, newest first, at most ${MAX}, with every field that update_schedule needs, the next fire and the health. Deleted schedules are listed only with status deleted.`,
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: false,
  input: z.strictObject(
    describedShape(
      { status: z.optional(z.enum(SCHEDULE_STATUSES)) },
      { status: 'Only schedules with this status.' },
    ),
  ),
  output: z.strictObject(
    describedShape(
      { schedules: z.array(ListedSchedule), truncated: z.boolean() },
      {
        schedules: 'The schedules, newest first.',
        truncated: 'Whether schedules are missing, because there are more. A status shows fewer.',
      },
    ),
  ),
  answer: async ({ status }, _call, { clock, findSchedulePage }) => {
    const statuses = status === undefined ? LISTED : [status];
    const page = await findSchedulePage({ statuses }, { limit: MAX });
    const all = page.schedules.map((row) => listed(shownSchedule(row, clock.now())));
    const schedules = withinBytes(all);
    const truncated = page.next !== undefined || schedules.length < all.length;
    return {
      text: [
        ...(schedules.length === 0 ? ['There is no such schedule.'] : schedules.map(lineOf)),
        ...(truncated ? ['More schedules are not shown.'] : []),
      ].join('\n'),
      data: { schedules, truncated },
    };
  },
});

const FIELDS = Object.keys(ListedSchedule.shape);

const listed = ({ id, ...schedule }: ReturnType<typeof shownSchedule>): ListedSchedule =>
  shownData({
    schedule_id: id,
    ...Object.fromEntries(Object.entries(schedule).filter(([name]) => FIELDS.includes(name))),
  }) as ListedSchedule;

const withinBytes = (schedules: readonly ListedSchedule[]): ListedSchedule[] => {
  let bytes = 0;
  return schedules.filter((one, n) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return n === 0 || bytes <= MAX_BYTES;
  });
};

const lineOf = (schedule: ListedSchedule): string => {
  const { name, schedule_id, status, health, schedule_expression, timezone } = schedule;
  const { next_fire_at, target } = schedule;
  const next = next_fire_at === undefined ? 'no next fire' : `next fire ${next_fire_at}`;
  return shownLine(
    `${name} (${schedule_id}): ${status}, health ${health}, ${schedule_expression} in ${timezone}, ${next}, creates ${target.message_type}`,
  );
};
