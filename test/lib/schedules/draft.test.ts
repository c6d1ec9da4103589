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
