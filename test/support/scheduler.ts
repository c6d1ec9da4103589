import {
  ConflictException,
  type CreateScheduleCommandInput,
  type DeleteScheduleCommandInput,
  type ListSchedulesCommandInput,
  ResourceNotFoundException,
  type SchedulerClient,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { type Clock, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { type Zone, zoneOf } from '#lib/platform/zone.ts';
import { type Expression, parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { intercept } from './intercept.ts';
import type { Wire } from './wire.ts';

export interface StoredSchedule extends CreateScheduleCommandInput {
  createdMs: number;
  modifiedMs: number;
}

export interface InvokeOptions {
  /** How often the target is invoked for an occurrence. */
  copies?: (dueMs: number) => number;
  /** How long after the occurrence the target is invoked: less than a minute. The same for the same occurrence. */
  delayMs?: (dueMs: number) => number;
}

const GROUP = 'rez-agent-dev';
const PAGE = 100;
const TOKEN_KEPT_MS = 8 * 3_600_000;
const PLACEHOLDER = '<aws.scheduler.scheduled-time>';
/** More occurrences than any test lets pass at once. */
const MAX_OCCURRENCES = 50;
const $metadata = { httpStatusCode: 400, requestId: 'fake', attempts: 1 };

/**
 * An in-memory EventBridge Scheduler below the real client.
 *
 * - A client token that it knows gets the first response again and creates nothing, even when the schedule is gone.
 * - It has the precision of a minute: an occurrence at 16:00 invokes the target between 16:00:00 and 16:00:59, and only
 *   if the schedule still exists then and existed at 16:00.
 * - Start and end date do not include an occurrence at exactly that time, which the documentation leaves open. A rate
 *   begins at its start date.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler"; API reference, CreateSchedule.
 */
export const installScheduler = (
  client: SchedulerClient,
  { clock, wire }: { clock: Pick<Clock, 'now'>; wire?: Wire },
) => {
  const group = new Map<string, StoredSchedule>();
  const tokens = new Map<string, number>();
  const zoneShifts = new Map<string, number>();
  let refuses: ((input: CreateScheduleCommandInput) => boolean) | undefined;

  const zoneAsKnownHere = (name: string): Zone =>
    shiftedZone(zoneOf(name), zoneShifts.get(name) ?? 0);

  const create = (input: CreateScheduleCommandInput) => {
    const { Name = '', ClientToken = '', StartDate, EndDate } = input;
    const nowMs = clock.now();
    const ScheduleArn = `arn:aws:scheduler:us-east-1:000000000000:schedule/${GROUP}/${Name}`;
    if (refuses?.(input)) throw invalid('the expression is not valid');
    if (!/^[\w.-]{1,64}$/.test(Name) || !/^[\w-]{1,64}$/.test(ClientToken)) throw invalid('name');
    if (StartDate !== undefined && StartDate.getTime() < nowMs - 300_000) throw invalid('start');
    if (EndDate !== undefined && EndDate.getTime() <= nowMs) throw invalid('end');
    if (isOver(input, nowMs, zoneAsKnownHere)) throw invalid('the time is in the past');
    if ((tokens.get(ClientToken) ?? Number.NEGATIVE_INFINITY) > nowMs - TOKEN_KEPT_MS) {
      return { ScheduleArn };
    }
    if (group.has(Name))
      throw new ConflictException({ message: 'exists', Message: 'exists', $metadata });
    tokens.set(ClientToken, nowMs);
    group.set(Name, { ...input, createdMs: nowMs, modifiedMs: nowMs });
    return { ScheduleArn };
  };

  const remove = ({ Name = '' }: DeleteScheduleCommandInput) => {
    if (!group.delete(Name)) {
      throw new ResourceNotFoundException({ message: 'none', Message: 'none', $metadata });
    }
    return {};
  };

  const list = ({ NextToken = '0' }: ListSchedulesCommandInput) => {
    const start = Number(NextToken);
    const all = [...group.values()];
    return {
      Schedules: all.slice(start, start + PAGE).map(({ Name, State, Target, ...one }) => ({
        Name,
        State,
        GroupName: one.GroupName ?? GROUP,
        Target: Target && { Arn: Target.Arn },
        CreationDate: new Date(one.createdMs),
        LastModificationDate: new Date(one.modifiedMs),
      })),
      ...(start + PAGE < all.length ? { NextToken: String(start + PAGE) } : {}),
    };
  };

  const answer = (command: string, input: object): object => {
    const output =
      command === 'CreateSchedule'
        ? create(input as CreateScheduleCommandInput)
        : command === 'DeleteSchedule'
          ? remove(input as DeleteScheduleCommandInput)
          : command === 'ListSchedules'
            ? list(input as ListSchedulesCommandInput)
            : undefined;
    if (output === undefined) throw new Error(`the in-memory Scheduler does not do ${command}`);
    return { $metadata: { ...$metadata, httpStatusCode: 200 }, ...output };
  };

  const uninstall = intercept(client, { service: 'scheduler', answer, wire });

  return {
    /** The schedules of the group, by name. A test changes it to simulate a change in the console. */
    group,
    names: () => [...group.keys()].sort(),
    refuse: (which: typeof refuses) => {
      refuses = which;
    },
    /** Make its zone data differ from Node's: local time is ahead of UTC by this much more. */
    shiftZone: (name: string, aheadMs: number) => {
      zoneShifts.set(name, aheadMs);
    },
    /** The inputs that it sends to the targets from one time to before another. */
    invocations: (
      fromMs: number,
      toMs: number,
      { copies = () => 1, delayMs = () => 0 }: InvokeOptions = {},
    ): string[] => {
      const inputs: string[] = [];
      for (const [name, entry] of [...group]) {
        const due = occurrencesOf(entry, { fromMs: fromMs - MINUTE_MS, toMs }, zoneAsKnownHere);
        for (const dueMs of due) {
          const sentMs = dueMs + delayMs(dueMs);
          if (sentMs < fromMs || sentMs >= toMs) continue;
          const time = `${iso(dueMs).slice(0, 19)}Z`;
          const input = (entry.Target?.Input ?? '').replace(PLACEHOLDER, time);
          for (let n = copies(dueMs); n > 0; n -= 1) inputs.push(input);
          if (entry.ActionAfterCompletion === 'DELETE') group.delete(name);
        }
      }
      return inputs;
    },
    reset: () => {
      group.clear();
      tokens.clear();
      zoneShifts.clear();
      refuses = undefined;
    },
    uninstall,
  };
};

type ZoneOf = (name: string) => Zone;

/** The occurrences of a schedule in the group, from one time to before another. */
const occurrencesOf = (
  entry: StoredSchedule,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  zone: ZoneOf,
): number[] => {
  if (entry.State !== 'ENABLED') return [];
  const expression = parseExpression(entry.ScheduleExpression ?? '');
  const startMs = entry.StartDate?.getTime();
  const { occurrences } = nextOccurrences(
    expression,
    zone(entry.ScheduleExpressionTimezone ?? 'UTC'),
    {
      fromMs: Math.max(fromMs, entry.createdMs),
      count: MAX_OCCURRENCES,
      startMs: startMs === undefined || expression.kind === 'rate' ? startMs : startMs + 1,
      endMs: entry.EndDate && entry.EndDate.getTime() - 1,
      createdMs: entry.createdMs,
    },
  );
  return occurrences.map(({ utc }) => Date.parse(utc)).filter((ms) => ms < toMs);
};

/** Whether it is an `at(…)` whose time has passed. */
const isOver = (
  { ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC' }: CreateScheduleCommandInput,
  nowMs: number,
  zone: ZoneOf,
): boolean => {
  const expression = expressionIn(ScheduleExpression);
  if (expression?.kind !== 'at') return false;
  const [dueMs] = zone(ScheduleExpressionTimezone).instantsOf(expression.localMs);
  return dueMs === undefined || dueMs < nowMs;
};

const expressionIn = (text: string): Expression | undefined => {
  try {
    return parseExpression(text);
  } catch {
    return undefined;
  }
};

const shiftedZone = (zone: Zone, aheadMs: number): Zone => ({
  ...zone,
  offsetAt: (utcMs) => zone.offsetAt(utcMs) + aheadMs,
  instantsOf: (localMs) => zone.instantsOf(localMs).map((ms) => ms - aheadMs),
  offsetOfDay: (dayMs) => {
    const offset = zone.offsetOfDay(dayMs);
    return offset === undefined ? undefined : offset + aheadMs;
  },
});

const invalid = (message: string) =>
  new ValidationException({ message, Message: message, $metadata });
