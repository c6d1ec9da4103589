import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedScheduleId, messageIdTime } from '#lib/platform/id.ts';
import {
  actionOf,
  type Change,
  type ChangeAction,
  parseChange,
  type Which,
} from '#lib/schedules/requests/change.ts';
import { toldChange, toldRefusal } from '#lib/schedules/requests/told.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import type { ScheduleLife } from './life.ts';

/** What `changeSchedule` needs from the world. */
export interface ChangeScheduleDeps {
  stage: Stage;
  clock: Pick<Clock, 'now'>;
  /** The same functions that the API's operations run. */
  schedules: ScheduleLife;
}

/**
 * A `schedule_creation` message → schedules. What it changed, or why it could not, is its result and one push. A second
 * run finds what the first one did.
 * @throws AppError `unavailable` when it is worth another try
 */
export const changeSchedule = async (
  message: Message,
  { log }: Pick<Run, 'log'>,
  deps: ChangeScheduleDeps,
): Promise<Outcome> => {
  try {
    const world = { ...deps, log };
    const { action, row, runNow } =
      (await doneBefore(message, world)) ?? (await doNow(message, world));
    if (row.status === 'error' && action !== 'execute') throw refusedByEventBridge(row);
    const runs = runNow && row.status !== 'deleted';
    return toldChange(action, row, { runs, nowMs: deps.clock.now() });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
    if (error.code === 'SCHEDULE_CHANGED') {
      throw new AppError('unavailable', 'SCHEDULE_CHANGED', error.message, { cause: error });
    }
    log.warn({ err: error }, 'change of a schedule refused');
    return toldRefusal(message, error);
  }
};

interface Done {
  action: ChangeAction;
  row: Schedule;
  /** Whether the schedule's message is to be sent at once, too. */
  runNow: boolean;
}

type World = ChangeScheduleDeps & Pick<Run, 'log'>;

/** What an earlier run of the message changed. It was in order then, however late it is now. */
const doneBefore = async (
  message: Message,
  { clock, log, schedules }: World,
): Promise<Done | undefined> => {
  const action = actionOf(message);
  const made = message.attempt > 1 ? await madeBefore(message, schedules) : undefined;
  if (action === undefined || made === undefined) return undefined;
  const row =
    made.status === 'deleted' ? made : await schedules.settle(made, undefined, { clock, log });
  return { action, row, runNow: message.arguments?.run_now === true };
};

const doNow = async (message: Message, world: World): Promise<Done> => {
  const change = parseChange(message, { stage: world.stage, nowMs: world.clock.now() });
  const row = await apply(change, message, world);
  const runNow = change.action === 'execute' || ('runNow' in change && change.runNow);
  return { action: change.action, row, runNow };
};

/** The schedule that an earlier run of the message made or changed. */
const madeBefore = async (
  { id, arguments: { action, schedule_id, name } = {} }: Message,
  { findSchedule, findNamed }: ScheduleLife,
): Promise<Schedule | undefined> => {
  if (action === 'create') return findSchedule(createdIdOf({ id }));
  const rows =
    typeof schedule_id === 'string'
      ? [await findSchedule(schedule_id)]
      : typeof name === 'string'
        ? await findNamed(name)
        : [];
  return rows.find((row) => row?.changed_by_messages?.includes(id));
};

const apply = async (
  change: Change,
  message: Message,
  { clock, log, schedules }: World,
): Promise<Schedule> => {
  const deps = { clock, log, askedBy: message.id };
  if (change.action === 'create') {
    const made = { id: createdIdOf(message), createdBy: message.created_by };
    return schedules.create(change.draft, made, deps);
  }
  const row = await meant(change.which, message, schedules);
  if (row.status === 'deleted') return row;
  switch (change.action) {
    case 'update':
      return schedules.update(row.id, change.draft, deps);
    case 'delete':
      return schedules.remove(row.id, deps);
    case 'pause':
      return schedules.pause(row.id, { reason: change.reason, until: change.until }, deps);
    case 'resume':
      return schedules.resume(row.id, deps);
    case 'execute':
      return row;
  }
};

const createdIdOf = ({ id }: Pick<Message, 'id'>): string =>
  derivedScheduleId(messageIdTime(id), 'schedule', id);

/**
 * The schedule that is meant. A deleted one is as good for the message that changed it before, and for who deletes, if
 * that was after the message was created.
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`
 */
const meant = async (
  which: Which,
  { id, arguments: args, created_date }: Message,
  { findSchedule, findNamed }: ScheduleLife,
): Promise<Schedule> => {
  const rows = 'id' in which ? [await findSchedule(which.id)] : await findNamed(which.name);
  const found = rows.filter((row) => row !== undefined);
  const row =
    found.find(({ status }) => status !== 'deleted') ??
    found.find(({ changed_by_messages }) => changed_by_messages?.includes(id)) ??
    found.find(({ updated_date }) => args?.action === 'delete' && updated_date >= created_date);
  if (row !== undefined) return row;
  const said = 'id' in which ? which.id : `called ${which.name}`;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${said}`);
};

const refusedByEventBridge = ({ error_message = 'EventBridge refuses the schedule' }: Schedule) =>
  new AppError('invalid', 'SCHEDULE_REFUSED', error_message);
