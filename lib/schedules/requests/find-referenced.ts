import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import type { ScheduleReference } from './parse-change.ts';

/** The schedules that a message can mean, including deleted ones. A name may have had several. */
export const findReferenced = async (
  reference: ScheduleReference,
  { findAny, findByName }: Pick<ScheduleCommands, 'findAny' | 'findByName'>,
): Promise<Schedule[]> => {
  if ('name' in reference) return findByName(reference.name);
  const row = await findAny(reference.id);
  return row === undefined ? [] : [row];
};

/** The schedule that a message means, unless it is deleted. */
export const findUndeleted = async (
  reference: ScheduleReference | undefined,
  finders: Pick<ScheduleCommands, 'findAny' | 'findByName'>,
): Promise<Schedule | undefined> =>
  reference &&
  (await findReferenced(reference, finders)).find(({ status }) => status !== 'deleted');
