import { expect, it } from 'vitest';
import { SCHEDULE } from '#handlers/web-api/contract/shapes/schedule.ts';
import { AppError } from '#lib/platform/errors.ts';
import { parseSchedule, ScheduleBody } from '#lib/schedules/draft.ts';
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
  'says of %s that it is set by the system (F62)',
  (path) => {
    expect(parse({ ...aDraft(), [path]: 'mine' })).toEqual([
      { path, problem: 'is set by the system' },
    ]);
  },
);
