import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { clientConfig } from '#lib/platform/aws.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { eventBridgeName, type Schedule } from './schedule.ts';
import { nextOccurrenceMs } from './timing.ts';

/** The one EventBridge Scheduler client of a process. */
export const schedulerClient = new SchedulerClient(clientConfig());

const groupArn = env('SCHEDULE_GROUP_ARN');
const targetArn = env('FIRES_QUEUE_ARN');
const roleArn = env('SCHEDULES_ROLE_ARN');
const deadLetterArn = env('SCHEDULES_DLQ_ARN');
const GroupName = groupArn.slice(groupArn.lastIndexOf('/') + 1);

const MAX_PAGES = 50;
/** The largest values that EventBridge accepts. */
const MAX_EVENT_AGE_SECONDS = 86_400;
const MAX_RETRIES = 185;

/** A schedule in the group. */
export interface GroupEntry {
  name: string;
  createdMs: number;
  /** Whether it is as the platform created it. The platform never edits one. */
  isUntouched: boolean;
}

/** The ARN of a schedule in EventBridge. */
export const arnOf = (schedule: Pick<Schedule, 'id' | 'timing_revision'>): string =>
  `${groupArn.replace(':schedule-group/', ':schedule/')}/${eventBridgeName(schedule)}`;

/**
 * Creates a schedule in the group under the name of its timing revision. It is no error if it exists. The target and the
 * role are fixed. Of the fields of a caller, EventBridge gets only the expression, the zone and the dates.
 * @param isRepair use a new client token. EventBridge creates nothing for a token that it knows. That is right if only its
 * response was lost, and wrong if somebody deleted the schedule.
 * @throws AppError `invalid` / `SCHEDULE_REFUSED` when EventBridge refuses it for good; `unavailable` /
 * `SCHEDULER_UNAVAILABLE`
 */
export const createInGroup = async (
  schedule: Schedule,
  { nowMs, isRepair = false }: { nowMs: number; isRepair?: boolean },
): Promise<void> => {
  const Name = eventBridgeName(schedule);
  const command = new CreateScheduleCommand({
    GroupName,
    Name,
    ClientToken: isRepair ? `${Name}-${Math.floor(nowMs / MINUTE_MS)}` : Name,
    ScheduleExpression: schedule.schedule_expression,
    ScheduleExpressionTimezone: schedule.timezone,
    ...datesOf(schedule, nowMs),
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: {
      Arn: targetArn,
      RoleArn: roleArn,
      Input: JSON.stringify({
        kind: 'fire',
        schedule_id: schedule.id,
        revision: schedule.timing_revision,
        scheduled_time: '<aws.scheduler.scheduled-time>',
      }),
      // The row decides whether a late fire still runs.
      RetryPolicy: {
        MaximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
        MaximumRetryAttempts: MAX_RETRIES,
      },
      DeadLetterConfig: { Arn: deadLetterArn },
    },
  });
  await withSchedulerErrors(
    schedulerClient.send(command).catch(ignoreErrorNamed('ConflictException')),
  );
};

/** Deletes a schedule from the group. It is no error if it does not exist. @throws AppError as `createInGroup` */
export const deleteFromGroup = async (name: string): Promise<void> => {
  const command = new DeleteScheduleCommand({ GroupName, Name: name });
  await withSchedulerErrors(
    schedulerClient.send(command).catch(ignoreErrorNamed('ResourceNotFoundException')),
  );
};

/** All schedules in the group. @throws AppError `unavailable` / `SCHEDULER_UNAVAILABLE` */
export const listGroup = async (): Promise<GroupEntry[]> => {
  const entries: GroupEntry[] = [];
  let NextToken: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const command = new ListSchedulesCommand({ GroupName, NextToken, MaxResults: 100 });
    const page = await withSchedulerErrors(schedulerClient.send(command));
    for (const one of page.Schedules ?? []) {
      if (one.GroupName !== GroupName || one.Name === undefined) continue;
      const createdMs = one.CreationDate?.getTime() ?? 0;
      const modifiedMs = one.LastModificationDate?.getTime() ?? createdMs;
      entries.push({
        name: one.Name,
        createdMs,
        isUntouched:
          modifiedMs <= createdMs + SAME_MS &&
          one.State === 'ENABLED' &&
          one.Target?.Arn === targetArn,
      });
    }
    NextToken = page.NextToken;
    if (NextToken === undefined) return entries;
  }
  throw new AppError(
    'unavailable',
    'SCHEDULER_UNAVAILABLE',
    'the group is larger than can be read',
  );
};

/** The two dates that EventBridge writes when it creates a schedule differ by at most this. Milliseconds. */
const SAME_MS = 1_000;

/**
 * The dates of a schedule in EventBridge. EventBridge does not document whether an occurrence at exactly a start or end
 * date fires. So it gets dates that are a minute wider, and the row decides about each fire. The start date of a rate is
 * its first occurrence. Dates do not apply to `at(…)`; EventBridge deletes it after its fire.
 * Source: EventBridge Scheduler API reference, CreateSchedule.
 */
const datesOf = (schedule: Schedule, nowMs: number) => {
  const { start_date, end_date } = schedule;
  const { kind } = parseExpression(schedule.schedule_expression);
  if (kind === 'at') return { ActionAfterCompletion: 'DELETE' as const };
  const startMs = start_date === undefined ? undefined : Date.parse(start_date) - MARGIN_MS;
  const fromMs = kind === 'rate' ? nextOccurrenceMs(schedule, nowMs) : startMs;
  return {
    ...(fromMs === undefined || fromMs < nowMs ? {} : { StartDate: new Date(fromMs) }),
    ...(end_date === undefined ? {} : { EndDate: new Date(Date.parse(end_date) + MARGIN_MS) }),
  };
};

/** EventBridge's precision. Milliseconds. */
const MARGIN_MS = MINUTE_MS;

/** Accepts the error with this name as a success. */
const ignoreErrorNamed = (name: string) => (error: unknown) => {
  if (nameOf(error) !== name) throw error;
};

const withSchedulerErrors = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw nameOf(error) === 'ValidationException'
      ? new AppError('invalid', 'SCHEDULE_REFUSED', 'EventBridge refuses the schedule', {
          cause: error,
        })
      : new AppError('unavailable', 'SCHEDULER_UNAVAILABLE', 'EventBridge cannot be reached', {
          cause: error,
        });
  }
};

const nameOf = (error: unknown) => (error instanceof Error ? error.name : undefined);
