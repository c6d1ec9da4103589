import { describe, expect, it } from 'vitest';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import { parseAction } from '#lib/actions/parse-action.ts';
import { AppError } from '#lib/platform/errors.ts';
import { failure } from '#test/lib/http/requests.ts';
import { golfActions } from './golf-actions.ts';

const GOOD = { course: 'east', date: '2026-07-07', from: '08:00', to: '10:00', players: 2 };
const TIMES = {
  course: 'east',
  start_time: '2026-07-07T08:00',
  end_time: '2026-07-07T10:00',
  players: 2,
};

/** The paths of the problems that a check finds in an input. */
const problemsIn = (input: object): string[] => {
  try {
    parseAction({
      payload: { version: '1.0', action: 'golf', ...input },
      arguments: { operation: 'search_tee_times' },
    });
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'INVALID_PAYLOAD') throw error;
    return error.details.map(({ path }) => path);
  }
};

const ODD = [null, true, 7, -1, 1.5, '', ' ', [], {}, ['x'], '\u0000', '\ud800', 'x'.repeat(9_000)];
const TEXTS = ODD.filter((value) => value !== 7);

const DATES = ['2026-7-7', '07/07/2026', '2026-02-30', '2026-13-01', '2026-07-07T08:00', 'today'];
const TIMES_OF_DAY = ['8:00', '24:00', '08:60', '08:00:00', '8am', '08:00Z', ' 08:00', '08:00\n'];
const LOCAL_TIMES = [
  ...['2026-07-07', '2026-07-07T8:00', '2026-07-07T24:00', '2026-02-30T08:00', '2026-00-01T08:00'],
  ...['2026-07-07T08:00Z', '2026-07-07T08:00:00-04:00', '2026-07-07 08:00', '20260707T0800'],
  ...['2026-07-07T08:00:60', '2026-07-07T08:00:00.5', '+012026-07-07T08:00', 'T08:00'],
];
const COURSES = ['East', 'east ', '-east', '7', 'east/..', 'east%2f', 'öst', `e${'x'.repeat(31)}`];

const BAD: readonly (readonly [base: object, field: string, values: readonly unknown[]])[] = [
  [GOOD, 'course', [...ODD, ...COURSES, undefined]],
  [GOOD, 'date', [...ODD, ...DATES]],
  [GOOD, 'from', [...ODD, ...TIMES_OF_DAY]],
  [GOOD, 'to', [...ODD, ...TIMES_OF_DAY]],
  [TIMES, 'start_time', [...ODD, ...LOCAL_TIMES]],
  [TIMES, 'end_time', [...ODD, ...LOCAL_TIMES]],
  [GOOD, 'players', [...TEXTS, 0, 5, '2', Number.MAX_SAFE_INTEGER, undefined]],
  [GOOD, 'holes', [...ODD, 0, 10, 27, '18']],
  [GOOD, 'max_total_cents', [...TEXTS, 10_000_001, '4500', 45.5]],
  [GOOD, 'max_results', [...TEXTS, 0, 21, '5']],
  [{ ...GOOD, max_total_cents: 9_000 }, 'auto_book', ODD.filter((value) => value !== true)],
  [GOOD, 'url', ['https://attacker.example/']],
  [GOOD, '__proto_', [1]],
];

describe('the input of a search', () => {
  it('may begin and end in the same minute, with or without seconds', () => {
    const times = { start_time: '2026-07-07T08:00:00', end_time: '2026-07-07T08:00' };

    expect(problemsIn({ course: 'east', players: 2, ...times })).toEqual([]);
  });

  it.each(BAD)('%j cannot have a wrong %s', (base, field, values) => {
    const accepted = values.filter((value) => {
      const problems = problemsIn({ ...base, [field]: value });
      return !(problems.length > 0 && problems.every((path) => path === `payload.${field}`));
    });

    expect(accepted).toEqual([]);
  });

  it.each([
    GOOD,
    TIMES,
    { course: 'east', date: '2026-07-07', players: 1 },
    { ...GOOD, from: '08:00', to: '08:00' },
    { ...GOOD, from: undefined },
    { ...GOOD, auto_book: true, max_total_cents: 20_000 },
    { ...GOOD, auto_book: false },
    { ...TIMES, start_time: '2026-07-07T08:00:30' },
    { ...GOOD, holes: 9, max_total_cents: 0, max_results: 20 },
    ...searchTeeTimes.examples,
  ])('may be %j', (input) => {
    expect(problemsIn(input)).toEqual([]);
  });

  const { date: _date, ...noDate } = GOOD;
  const { course, players } = GOOD;
  it.each([
    ['neither a date nor times', { course, players }, 'date'],
    ['from without a date', { course, players, from: '08:00' }, 'from'],
    ['to without a date', { course, players, to: '08:00' }, 'to'],
    ['a date and start_time', { ...GOOD, start_time: TIMES.start_time }, 'start_time'],
    ['a date and end_time', { ...GOOD, end_time: TIMES.end_time }, 'end_time'],
    ['from and start_time', { ...TIMES, from: '08:00' }, 'from'],
    ['no start_time', { ...TIMES, start_time: undefined }, 'start_time'],
    ['no end_time', { ...TIMES, end_time: undefined }, 'end_time'],
    ['to before from', { ...GOOD, from: '10:01' }, 'to'],
    ['to before the default of from', { ...GOOD, from: '23:59', to: '00:00' }, 'to'],
    ['end_time before start_time', { ...TIMES, end_time: '2026-07-07T07:59' }, 'end_time'],
    ['a window over midnight', { ...TIMES, end_time: '2026-07-08T00:00' }, 'end_time'],
    ['no date beside from and to', noDate, 'from'],
    ['auto_book without a limit', { ...GOOD, auto_book: true }, 'max_total_cents'],
  ])('cannot have %s', (_, input, field) => {
    expect(problemsIn(input)).toEqual([`payload.${field}`]);
  });
});

describe('the day of a search', () => {
  /** It is 2026-07-06T10:30 at the course, which can be booked seven days ahead. */
  const problemOf = async (input: object) => {
    const { run, calls } = await golfActions();
    const { code, details } = await failure(run(searchTeeTimes, input));
    expect([code, calls]).toEqual(['INVALID_PAYLOAD', []]);
    return details;
  };
  const DAYS =
    'must be 2026-07-06, which is today at East Course, to 2026-07-13, the last bookable date';

  it.each(['2026-07-05', '2026-07-14', '2027-07-07', '0000-01-01', '9999-12-31'])(
    'cannot be %s, and the error states the last bookable date',
    async (date) => {
      expect(await problemOf({ ...GOOD, date })).toEqual([{ path: 'payload.date', problem: DAYS }]);
      const times = { start_time: `${date}T08:00`, end_time: `${date}T10:00` };
      expect(await problemOf({ ...TIMES, ...times })).toEqual([
        { path: 'payload.start_time', problem: DAYS },
      ]);
    },
  );

  it('can be the last bookable date, and today', async () => {
    const { run, time } = await golfActions();
    // The last day is released at seven.
    expect(time.ms).toBe(Date.parse('2026-07-06T10:30:00-04:00'));

    const found = await Promise.all(
      ['2026-07-06', '2026-07-13'].map((date) =>
        run(searchTeeTimes, { course: 'east', date, players: 1 }),
      ),
    );
    expect(found).toEqual([
      expect.objectContaining({ slots: expect.arrayContaining([expect.anything()]) }),
      expect.objectContaining({ slots: expect.arrayContaining([expect.anything()]) }),
    ]);
  });

  it.each([
    ['2026-07-07T03:59:59Z', '2026-07-06'],
    ['2026-07-07T04:00:00Z', '2026-07-07'],
  ])('is counted at the course: at %s today is %s', async (now, today) => {
    const { run } = await golfActions({ now });

    const { details } = await failure(run(searchTeeTimes, { ...GOOD, date: '2026-07-05' }));
    expect(details[0]?.problem).toContain(`${today}, which is today`);
  });

  it('cannot end before now', async () => {
    const today = { ...GOOD, date: '2026-07-06', from: '08:00', to: '10:29' };

    expect(await problemOf(today)).toEqual([
      { path: 'payload.to', problem: 'is in the past: it is 10:30 at East Course' },
    ]);
    const times = { start_time: '2026-07-06T08:00', end_time: '2026-07-06T10:29' };
    expect(await problemOf({ ...TIMES, ...times })).toMatchObject([{ path: 'payload.end_time' }]);
  });
});
