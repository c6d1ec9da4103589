import { type Flags, requireFlag } from '#lib/config/flags.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { ScheduleCommands } from '#lib/schedules/commands.ts';
import type { ScheduleChange, ScheduleReference } from '#lib/schedules/requests/parse-change.ts';

/** Who asks, and the flag that decides. */
export interface FlaggedRequest {
  /** The caller as in `requested_by`: `user:<name>`, `mcp:<name>`. */
  caller: string;
  flags: Flags<'manual-messages'>;
}

/** The functions that find the schedule of a change. */
export type ScheduleFinder = Pick<ScheduleCommands, 'find' | 'findByName'>;

/**
 * Checks that the caller may create a message of this type: the flag `manual-messages` must be on for the caller or for the
 * type. Every entry point that sends a message immediately checks this.
 * @throws AppError `unavailable` / `FEATURE_DISABLED`, `CONFIG_UNAVAILABLE`
 */
export const requireManualMessages = ({ caller, flags }: FlaggedRequest, type: MessageType): void =>
  requireFlag(flags, 'manual-messages', [caller.replace(/^\w+:/, ''), type]);

/**
 * The same check for a change of a schedule that sends the schedule's message immediately (`run_now`, `execute`). The type
 * is that of the schedule's target. The schedule is read only if `enabled_for` limits the flag.
 * @throws AppError as `requireManualMessages`; `not-found` / `SCHEDULE_NOT_FOUND`
 */
export const requireManualRun = async (
  request: FlaggedRequest,
  change: ScheduleChange,
  schedules: ScheduleFinder,
): Promise<void> => {
  if ('draft' in change) {
    if (change.runNow) requireManualMessages(request, change.draft.target.message_type);
  } else if (change.action === 'execute' && request.flags['manual-messages']?.enabledFor) {
    requireManualMessages(request, await targetTypeOf(change.which, schedules));
  }
};

const targetTypeOf = async (
  which: ScheduleReference,
  { find, findByName }: ScheduleFinder,
): Promise<MessageType> => {
  if ('id' in which) return (await find(which.id)).target.message_type;
  const row = (await findByName(which.name)).find(({ status }) => status !== 'deleted');
  if (row !== undefined) return row.target.message_type;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${which.name}`);
};
