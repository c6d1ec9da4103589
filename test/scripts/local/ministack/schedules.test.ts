import { describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { python } from './python.ts';

interface Fire {
  name: string;
  input?: string;
  /** Seconds since the Unix epoch. */
  time: number;
}

type Body = Record<string, unknown>;
type Step = [
  do_: 'create' | 'update' | 'break' | 'restart' | 'look',
  name?: string,
  body?: unknown,
];

/** Monday noon, UTC. */
const NOON_MS = Date.parse('2026-11-30T12:00:00Z');

const scheduled = (expression: string, overrides: Body = {}): Body => ({
  ScheduleExpression: expression,
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:sqs:us-east-1:000000000000:any', RoleArn: 'arn:aws:iam::0:role/any' },
  ...overrides,
});

const DAILY = 'cron(0 12 * * ? *)';

/** Runs each step at its time after noon. @returns the results, and the remaining schedules */
const run = (steps: readonly (readonly [afterMs: number, ...Step])[]) => {
  const [answers, left] = python<[unknown[], string[]]>(
    'steps.py',
    steps.map(([afterMs, ...step]) => [(NOON_MS + afterMs) / SECOND_MS, ...step]),
  );
  const fires = answers.flatMap((answer) =>
    Array.isArray(answer)
      ? (answer as Fire[]).map(({ name, time }) => `${name} ${iso(time * SECOND_MS)}`)
      : [],
  );
  return { answers, fires, left };
};

describe('the local scheduler', () => {
  it('fires once within a second of each due time', () => {
    const { fires } = run([
      [-HOUR_MS, 'create', 'daily', scheduled(DAILY)],
      [-HOUR_MS + 1, 'look'],
      [-1, 'look'],
      [900, 'look'],
      [1_900, 'look'],
      [24 * HOUR_MS + 500, 'look'],
    ]);

    expect(fires).toEqual(['daily 2026-11-30T12:00:00.000Z', 'daily 2026-12-01T12:00:00.000Z']);
  });

  it('replaces every context attribute in the input', () => {
    const Input =
      '<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.scheduled-time> <aws.scheduler.execution-id> <aws.scheduler.attempt-number> <aws.scheduler.other>';
    const target = { ...(scheduled('').Target as Body), Input };

    const { answers } = run([
      [-HOUR_MS, 'create', 'berlin', scheduled('cron(0 13 * * ? *)', zoneAnd(target))],
      [3_000, 'look'],
    ]);

    expect(answers[1]).toMatchObject([
      {
        input: expect.stringMatching(
          /^arn:aws:scheduler:us-east-1:0{12}:schedule\/default\/berlin 2026-11-30T12:00:00Z 2026-11-30T12:00:00Z [0-9a-f]{16} 1 <aws\.scheduler\.other>$/,
        ),
      },
    ]);
  });

  it('fires the other schedules when a stored one is malformed', () => {
    const { fires } = run([
      [-HOUR_MS, 'create', 'a', scheduled('rate(1 hour)')],
      [-HOUR_MS, 'create', 'b', scheduled(DAILY)],
      [-HOUR_MS, 'create', 'c', scheduled(DAILY)],
      [-HOUR_MS, 'break', 'a', 'cron(99 12 * * ? *)'],
      [-HOUR_MS, 'break', 'b', 'cron(0/0 12 * * ? *)'],
      [-HOUR_MS, 'restart'],
      [0, 'look'],
      [1_000, 'look'],
    ]);

    expect(fires).toEqual(['c 2026-11-30T12:00:00.000Z']);
  });

  it.each([
    ['cron(99 12 * * ? *)', 'UTC'],
    [DAILY, 'Europe/Atlantis'],
  ])('refuses to create or update a schedule %s in %s', (expression, zone) => {
    const wrong = scheduled(expression, { ScheduleExpressionTimezone: zone });

    const { answers, left } = run([
      [0, 'create', 'wrong', wrong],
      [0, 'create', 'right', scheduled(DAILY)],
      [0, 'update', 'right', wrong],
    ]);

    expect(answers).toEqual([400, 200, 400]);
    expect(left).toEqual(['right']);
  });

  it('fires a one-time schedule once, even when it restarts in the due minute', () => {
    const { fires, left } = run([
      [-HOUR_MS, 'create', 'kept', scheduled('at(2026-11-30T12:00:00)')],
      [0, 'look'],
      [1_000, 'restart'],
      [2_000, 'look'],
      [HOUR_MS, 'restart'],
      [HOUR_MS, 'look'],
    ]);

    expect(fires).toEqual(['kept 2026-11-30T12:00:00.000Z']);
    expect(left).toEqual(['kept']);
  });

  it('deletes a schedule after its last fire if its ActionAfterCompletion is DELETE', () => {
    const action = { ActionAfterCompletion: 'DELETE' };
    const EndDate = (NOON_MS + HOUR_MS) / SECOND_MS;

    const { fires, left } = run([
      [-MINUTE_MS, 'create', 'once', scheduled('at(2026-11-30T12:00:00)', action)],
      [-MINUTE_MS, 'create', 'ends', scheduled('cron(0 12,13 * * ? *)', { ...action, EndDate })],
      [-MINUTE_MS, 'create', 'goes-on', scheduled(DAILY, action)],
      [0, 'look'],
      [HOUR_MS, 'look'],
      [25 * HOUR_MS, 'look'],
    ]);

    expect(fires).toEqual([
      'once 2026-11-30T12:00:00.000Z',
      'ends 2026-11-30T12:00:00.000Z',
      'goes-on 2026-11-30T12:00:00.000Z',
      'ends 2026-11-30T13:00:00.000Z',
    ]);
    expect(left).toEqual(['goes-on']);
  });

  it('fires after a restart only what became due within the last minute', () => {
    const { fires, left } = run([
      [-HOUR_MS, 'create', 'recent', scheduled(DAILY)],
      [-HOUR_MS, 'create', 'older', scheduled('cron(58 11 * * ? *)')],
      [-HOUR_MS, 'create', 'once', scheduled('at(2026-11-30T11:58:00)', DELETE)],
      [-3 * MINUTE_MS, 'look'],
      [-3 * MINUTE_MS, 'restart'],
      [50_000, 'look'],
      [HOUR_MS, 'look'],
    ]);

    expect(fires).toEqual(['recent 2026-11-30T12:00:00.000Z']);
    expect(left).toEqual(['recent', 'older']);
  });

  it('fires a rate at its start date or its creation, and then after each interval', () => {
    const StartDate = (NOON_MS + 5_000) / SECOND_MS;

    const { fires } = run([
      [0, 'create', 'from', scheduled('rate(1 minute)', { StartDate })],
      [500, 'create', 'now', scheduled('rate(1 minute)')],
      [900, 'look'],
      [6_000, 'look'],
      [MINUTE_MS + 6_000, 'look'],
      [MINUTE_MS + 7_000, 'look'],
    ]);

    expect(fires).toEqual([
      'now 2026-11-30T12:00:00.000Z',
      'from 2026-11-30T12:00:05.000Z',
      'from 2026-11-30T12:01:05.000Z',
      'now 2026-11-30T12:01:00.000Z',
    ]);
  });

  it('keeps the due time after an update of other fields, and changes it with the timing', () => {
    const { fires } = run([
      [-HOUR_MS, 'create', 'same', scheduled(DAILY)],
      [-HOUR_MS, 'create', 'moved', scheduled(DAILY)],
      [-1_000, 'look'],
      [300, 'update', 'same', scheduled(DAILY, { Description: 'new' })],
      [300, 'update', 'moved', scheduled('cron(1 12 * * ? *)')],
      [1_000, 'look'],
      [MINUTE_MS, 'look'],
    ]);

    expect(fires).toEqual(['same 2026-11-30T12:00:00.000Z', 'moved 2026-11-30T12:01:00.000Z']);
  });

  it('does not fire a disabled schedule, and does not fire later what was due in that time', () => {
    const { fires } = run([
      [-HOUR_MS, 'create', 'daily', scheduled(DAILY)],
      [-HOUR_MS, 'look'],
      [-5_000, 'update', 'daily', scheduled(DAILY, { State: 'DISABLED' })],
      [1_000, 'look'],
      [2_000, 'update', 'daily', scheduled(DAILY)],
      [3_000, 'look'],
      [24 * HOUR_MS, 'look'],
    ]);

    expect(fires).toEqual(['daily 2026-12-01T12:00:00.000Z']);
  });
});

const DELETE = { ActionAfterCompletion: 'DELETE' };

function zoneAnd(Target: Body): Body {
  return { ScheduleExpressionTimezone: 'Europe/Berlin', Target };
}
