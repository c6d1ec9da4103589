import { documentClient } from '#lib/data/table.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { schedulerClient } from '#lib/schedules/event-bridge.ts';
import { DAILY_HELLO, type Schedule, type ScheduleDraft } from '#lib/schedules/schedule.ts';
import { virtualClock } from './clock.ts';
import { type DynamoOptions, installDynamo } from './dynamodb.ts';
import { capturingLog } from './log.ts';
import { installScheduler } from './scheduler.ts';
import { createWire } from './wire.ts';

export const SCHEDULES_TABLE = env('SCHEDULES_TABLE');
export const SOME_ID = 'sched_20260301120000_ABCDEFGH';

export const aDraft = (overrides: Partial<ScheduleDraft> = {}): ScheduleDraft => ({
  name: 'tea',
  schedule_expression: 'cron(0 16 * * ? *)',
  timezone: 'UTC',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: { message: 'Tea time' } },
  overlap: 'skip',
  catch_up: 'latest',
  valid_for_seconds: 3_600,
  expect: { grace_seconds: 300, max_run_seconds: 900 },
  ...overrides,
});

/** A schedule's row. Default: `daily-hello`. */
export const aSchedule = (overrides: Partial<Schedule> = {}): Schedule => ({
  ...aDraft({
    name: 'daily-hello',
    schedule_expression: 'cron(0 12 * * ? *)',
    target: { message_type: 'hello_world', payload: {} },
  }),
  id: DAILY_HELLO,
  schedule_arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/x',
  status: 'active',
  revision: 1,
  timing_revision: 1,
  created_by: 'terraform',
  created_date: '2026-03-01T09:00:00.000Z',
  updated_date: '2026-03-01T09:00:00.000Z',
  timing_since: '2026-03-01T09:00:00.000Z',
  counted_from: '2026-03-01T09:00:00.000Z',
  settled_until: '2026-03-01T09:00:00.000Z',
  execution_count: 0,
  health: 'new',
  consecutive_failures: 0,
  ...overrides,
});

/** The dependencies of code that manages schedules, in memory: a table, EventBridge, a clock that stands still. */
export const schedulesWorld = (options: Pick<DynamoOptions, 'indexLagMs'> = {}) => {
  const clock = virtualClock();
  const wire = createWire({ clock });
  const db = installDynamo(documentClient, { clock, wire, ...options });
  const bridge = installScheduler(schedulerClient, { clock, wire });
  const log = capturingLog();
  return {
    clock,
    wire,
    db,
    bridge,
    log,
    deps: { clock, log },
    /** A deadline that never passes. */
    sweeping: () => ({ clock, log, deadlineMs: clock.now() + MINUTE_MS - 5 * SECOND_MS }),
    row: (id: string) => db.get<Schedule>(SCHEDULES_TABLE, { id }),
    rows: () => db.rows<Schedule>(SCHEDULES_TABLE).filter(({ id }) => id.startsWith('sched_')),
    reset: () => {
      db.reset();
      wire.reset();
      bridge.reset();
      log.lines.length = 0;
    },
  };
};
