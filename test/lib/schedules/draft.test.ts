import { expect, it } from 'vitest';
import { SCHEDULE } from '#handlers/web-api/contract/shapes/schedule.ts';
import { AppError } from '#lib/platform/errors.ts';
import { ACCEPTED_TARGETS, parseSchedule, ScheduleBody } from '#lib/schedules/draft.ts';
import { aDraft } from '#test/support/schedules.ts';

const parse = (input: object): unknown => {
  try {
    return parseSchedule(input, { stage: 'dev', nowMs: Date.UTC(2026, 2, 1) });
  } catch (error) {
    return error instanceof AppError ? error.details : error;
  }
};
const accepted = Object.keys(ScheduleBody.shape);
const answered = Object.keys(SCHEDULE.properties).filter((path) => !/[.[]/.test(path));

it.each(answered.filter((name) => !accepted.includes(name)))(
  'is refused with %s, which the system sets (F62)',
  (path) => {
    expect(parse({ ...aDraft(), [path]: 'mine' })).toEqual([
      { path, problem: 'is set by the system' },
    ]);
  },
);

it.each([
  { target_type: 'custom', problem: 'must be web_action, notification or scheduled' },
  { target_type: 7, problem: 'must be web_action, notification or scheduled' },
  {
    target_type: 'agent',
    problem: 'agent has no consumer in this version: must be web_action, notification or scheduled',
  },
])(
  'is refused with target_type $target_type, and the error lists the accepted ones',
  ({ target_type, problem }) => {
    expect(parse({ ...aDraft(), target_type })).toEqual([{ path: 'target_type', problem }]);
  },
);

it('is accepted with every target_type and message_type that errors list as accepted', () => {
  for (const [target_type, types] of ACCEPTED_TARGETS) {
    for (const message_type of types) {
      const target = {
        message_type,
        payload: target_type === 'web_action' ? { action: 'weather' } : { message: 'x' },
        arguments: { operation: 'hello_world' },
      };
      expect(parse({ ...aDraft(), target_type, target })).toMatchObject({ target_type });
    }
  }
});

it.each([...ACCEPTED_TARGETS.keys()])(
  'refuses to send a schedule_creation message with target_type %s',
  (target_type) => {
    const target = { message_type: 'schedule_creation', payload: {}, arguments: {} };

    expect(parse({ ...aDraft(), target_type, target })).toEqual([
      { path: 'target.message_type', problem: expect.stringMatching(/^must be /) },
    ]);
  },
);

it('with several properties that only the system sets is refused with one sentence for all of them', () => {
  expect(parse({ ...aDraft(), id: 'x', status: 'active', revision: 1, colour: 'red' })).toEqual([
    {
      path: '',
      problem:
        'id, status and revision are set by the system: leave them out and send the other properties as they are',
    },
    { path: 'colour', problem: 'is not a known property' },
  ]);
});

it('keeps the arguments of its target, and has none that it was not given', () => {
  const target = {
    message_type: 'scheduled',
    payload: { a: 1 },
    arguments: { operation: 'digest' },
  };
  const bare = { message_type: 'manual', payload: { message: 'Tea' } };

  expect(parse({ ...aDraft(), target })).toMatchObject({ target });
  expect(parse({ ...aDraft(), target: bare })).toMatchObject({ target: bare });
  expect(parse({ ...aDraft(), target: bare })).not.toHaveProperty('target.arguments');
});

it('has the defaults that the documentation names', () => {
  const { name, schedule_expression, target_type, target } = aDraft();

  expect(parse({ name, schedule_expression, target_type, target })).toMatchObject({
    ...{ timezone: 'UTC', overlap: 'skip', catch_up: 'latest', valid_for_seconds: 3_600 },
    expect: { grace_seconds: 300, max_run_seconds: 900 },
  });
});

it.each([
  { what: 'in the future', fields: { schedule_expression: 'at(2026-03-01T00:01:00)' } },
  {
    what: 'that is over',
    fields: { schedule_expression: 'at(2026-03-01T00:00:00)' },
    details: [{ path: 'schedule_expression', problem: 'is in the past' }],
  },
  {
    what: 'that clocks skip',
    fields: { schedule_expression: 'at(2026-03-29T02:30:00)', timezone: 'Europe/Berlin' },
    details: [
      {
        path: 'schedule_expression',
        problem: 'does not exist, because clocks go forward over it',
      },
    ],
  },
  {
    what: 'before an end that is now',
    fields: { end_date: '2026-03-01T00:00:00.000Z' },
    details: [{ path: 'end_date', problem: 'is in the past' }],
  },
  {
    what: 'that ends before it starts',
    fields: { start_date: '2026-03-03T00:00:00Z', end_date: '2026-03-02T00:00:00Z' },
    details: [{ path: 'end_date', problem: 'is before start_date' }],
  },
  {
    what: 'with no occurrence between its dates',
    fields: { start_date: '2026-03-01T17:00:00Z', end_date: '2026-03-02T15:00:00Z' },
    details: [{ path: 'schedule_expression', problem: 'would never fire' }],
  },
  {
    what: 'with one occurrence between its dates',
    fields: { start_date: '2026-03-01T17:00:00Z', end_date: '2026-03-02T16:00:00Z' },
  },
  {
    what: 'in years that are over',
    fields: { schedule_expression: 'cron(0 16 * * ? 2025)' },
    details: [{ path: 'schedule_expression', problem: 'would never fire' }],
  },
])('with times $what: $details', ({ fields, details }) => {
  const parsed = parse({ ...aDraft(), ...fields });

  if (details === undefined) expect(parsed).toHaveProperty('name');
  else expect(parsed).toEqual(details);
});

it('may repeat the times of the schedule that it replaces, although they are over', () => {
  const times = { schedule_expression: 'at(2026-02-01T00:00:00)', timezone: 'UTC' };
  const nowMs = Date.UTC(2026, 2, 1);
  const replace = (before: typeof times) => () =>
    parseSchedule(aDraft(times), { stage: 'dev', nowMs, before });

  expect(replace(times)).not.toThrow();
  expect(replace({ ...times, timezone: 'Asia/Tokyo' })).toThrow('not valid');
  expect(replace({ ...times, schedule_expression: 'rate(1 day)' })).toThrow('not valid');
});
