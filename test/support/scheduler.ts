import {
  ConflictException,
  type CreateScheduleCommandInput,
  type DeleteScheduleCommandInput,
  type ListSchedulesCommandInput,
  ResourceNotFoundException,
  type SchedulerClient,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '#lib/platform/clock.ts';
import { intercept } from './intercept.ts';
import type { Wire } from './wire.ts';

export interface StoredSchedule extends CreateScheduleCommandInput {
  createdMs: number;
  modifiedMs: number;
}

const GROUP = 'rez-agent-dev';
const PAGE = 100;
const TOKEN_KEPT_MS = 8 * 3_600_000;
const $metadata = { httpStatusCode: 400, requestId: 'fake', attempts: 1 };

/**
 * An in-memory EventBridge Scheduler below the real client. A client token that it knows is answered as before and
 * creates nothing, even when the schedule is gone by now.
 */
export const installScheduler = (
  client: SchedulerClient,
  { clock, wire }: { clock: Pick<Clock, 'now'>; wire?: Wire },
) => {
  const group = new Map<string, StoredSchedule>();
  const tokens = new Map<string, number>();
  let refuses: ((input: CreateScheduleCommandInput) => boolean) | undefined;

  const create = (input: CreateScheduleCommandInput) => {
    const { Name = '', ClientToken = '', StartDate } = input;
    const nowMs = clock.now();
    const ScheduleArn = `arn:aws:scheduler:us-east-1:000000000000:schedule/${GROUP}/${Name}`;
    if (refuses?.(input)) throw invalid('the expression is not valid');
    if (!/^[\w.-]{1,64}$/.test(Name) || !/^[\w-]{1,64}$/.test(ClientToken)) throw invalid('name');
    if (StartDate !== undefined && StartDate.getTime() < nowMs - 300_000) throw invalid('start');
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
        GroupName: GROUP,
        Target: { Arn: Target?.Arn },
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
    /** What stands in the group, by name. Changing it is what somebody does behind our back. */
    group,
    names: () => [...group.keys()].sort(),
    refuse: (which: typeof refuses) => {
      refuses = which;
    },
    reset: () => {
      group.clear();
      tokens.clear();
      refuses = undefined;
    },
    uninstall,
  };
};

const invalid = (message: string) =>
  new ValidationException({ message, Message: message, $metadata });
