import { checkAction } from '#lib/actions/check-action.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedScheduleId, messageIdTime } from '#lib/platform/id.ts';
import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import { changeOutcome, refusalOutcome } from '#lib/schedules/requests/change-outcome.ts';
import { findReferenced, findUndeleted } from '#lib/schedules/requests/find-referenced.ts';
import {
  actionOf,
  type ChangeAction,
  parseChange,
  type ScheduleChange,
  type ScheduleReference,
  updatedReference,
} from '#lib/schedules/requests/parse-change.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** The dependencies of `applyChange`. */
export interface ApplyChangeDeps {
  stage: Stage;
  clock: Pick<Clock, 'now'>;
  /** The commands, which the operations of the API also call. */
  schedules: ScheduleCommands;
}

/**
 * Changes the schedule that a `schedule_creation` message names. The result and one push report the change, or why it was
 * refused. A replay finds the change of the first run.
 * @throws AppError `unavailable` if a retry can help
 */
export const applyChange = async (
  message: Message,
  { log }: Pick<Run, 'log'>,
  deps: ApplyChangeDeps,
): Promise<Outcome> => {
  try {
    const runDeps = { ...deps, log };
    const { action, row, runNow } =
      (await findEarlier(message, runDeps)) ?? (await changeNow(message, runDeps));
    if (row.status === 'error' && action !== 'execute') throw refusedByEventBridgeError(row);
    const runsNow = runNow && row.status !== 'deleted';
    return changeOutcome(action, row, { runsNow, nowMs: deps.clock.now() });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
    if (error.code === 'SCHEDULE_CHANGED') {
      throw new AppError('unavailable', 'SCHEDULE_CHANGED', error.message, { cause: error });
    }
    log.warn({ err: error }, 'change of a schedule refused');
    return refusalOutcome(message, error);
  }
};

interface Changed {
  action: ChangeAction;
  row: Schedule;
  /** Whether to also send the schedule's message now. */
  runNow: boolean;
}

type RunDeps = ApplyChangeDeps & Pick<Run, 'log'>;

/** The change that an earlier run of the message made. It counts although it may not be valid now. */
const findEarlier = async (
  message: Message,
  { clock, log, schedules }: RunDeps,
): Promise<Changed | undefined> => {
  const action = actionOf(message);
  const changed = message.attempt > 1 ? await findChanged(message, schedules) : undefined;
  if (action === undefined || changed === undefined) return undefined;
  const row =
    changed.status === 'deleted'
      ? changed
      : await schedules.updateGroup(changed, undefined, { clock, log });
  return { action, row, runNow: message.arguments?.run_now === true };
};

const changeNow = async (message: Message, deps: RunDeps): Promise<Changed> => {
  const before = await findUndeleted(updatedReference(message), deps.schedules);
  const change = parseChange(message, { stage: deps.stage, nowMs: deps.clock.now(), before });
  if ('draft' in change) {
    // Only with the schema: the bundle has no room for reading the configuration. The API checks the message with it.
    await checkAction(change.draft.target, { what: 'message', under: 'payload.' });
  }
  const row = await apply(change, message, deps);
  const runNow = change.action === 'execute' || ('runNow' in change && change.runNow);
  return { action: change.action, row, runNow };
};

/** The schedule that an earlier run of the message created or changed. */
const findChanged = async (
  { id, arguments: { action, schedule_id, name } = {} }: Message,
  schedules: ScheduleCommands,
): Promise<Schedule | undefined> => {
  if (action === 'create') return schedules.findAny(createdIdOf({ id }));
  if (typeof schedule_id !== 'string' && typeof name !== 'string') return undefined;
  const reference = typeof schedule_id === 'string' ? { id: schedule_id } : { name: String(name) };
  const rows = await findReferenced(reference, schedules);
  return rows.find((row) => row.changed_by_messages?.includes(id));
};

const apply = async (
  change: ScheduleChange,
  message: Message,
  { clock, log, schedules }: RunDeps,
): Promise<Schedule> => {
  const deps = { clock, log, requestedBy: message.id };
  if (change.action === 'create') {
    const origin = { id: createdIdOf(message), createdBy: message.requested_by };
    return schedules.create(change.draft, origin, deps);
  }
  const row = await requireReferenced(change.which, message, schedules);
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
      await checkAction(row.target, { what: 'schedule', under: 'target.' });
      return row;
  }
};

const createdIdOf = ({ id }: Pick<Message, 'id'>): string =>
  derivedScheduleId(messageIdTime(id), 'schedule', id);

/**
 * The schedule that a message names. A deleted one counts for a message that changed it before, and for a deletion that was
 * requested before it was deleted.
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`
 */
const requireReferenced = async (
  which: ScheduleReference,
  { id, arguments: args, created_date }: Message,
  schedules: ScheduleCommands,
): Promise<Schedule> => {
  const found = await findReferenced(which, schedules);
  const row =
    found.find(({ status }) => status !== 'deleted') ??
    found.find(({ changed_by_messages }) => changed_by_messages?.includes(id)) ??
    found.find(({ updated_date }) => args?.action === 'delete' && updated_date >= created_date);
  if (row !== undefined) return row;
  const reference = 'id' in which ? which.id : `called ${which.name}`;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${reference}`);
};

const refusedByEventBridgeError = ({
  error_message = 'EventBridge refuses the schedule',
}: Schedule) => new AppError('invalid', 'SCHEDULE_REFUSED', error_message);
