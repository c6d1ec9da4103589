import { describe, expect, it } from 'vitest';
import { zoneOf } from '#lib/platform/zone.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import {
  nextOccurrences,
  type OccurrenceWindow,
} from '#lib/schedules/timetable/next-occurrences.ts';
import { EXAMPLES, FROM } from './expressions.ts';

const firesOf = (expression: string, zone: string, window: Partial<OccurrenceWindow> = {}) =>
  nextOccurrences(parseExpression(expression), zoneOf(zone), {
    fromMs: Date.parse(FROM),
    count: 3,
    ...window,
  });
const utcOf = (...all: Parameters<typeof firesOf>) =>
  firesOf(...all).occurrences.map(({ utc }) => utc);
const at = Date.parse;

describe('the listed occurrences', () => {
  it.each([
    { what: 'at its first instant', fromMs: at('2026-01-01T09:00:00Z'), first: '2026-01-01' },
    { what: 'a moment later', fromMs: at('2026-01-01T09:00:00.001Z'), first: '2026-01-02' },
  ])('include one $what, or begin with the next', ({ fromMs, first }) => {
    expect(utcOf('cron(0 9 * * ? *)', 'UTC', { fromMs })[0]).toBe(`${first}T09:00:00.000Z`);
  });

  it.each([1, 2, 50])('are %i if so many are requested and exist', (count) => {
    expect(utcOf('cron(0 * * * ? *)', 'UTC', { count })).toHaveLength(count);
  });

  it('are between the start date and the end date, both included', () => {
    const startMs = at('2026-02-02T09:00:00Z');
    const endMs = at('2026-02-03T09:00:00Z');

    expect(utcOf('cron(0 9 * * ? *)', 'UTC', { startMs, endMs })).toEqual([
      '2026-02-02T09:00:00.000Z',
      '2026-02-03T09:00:00.000Z',
    ]);
    expect(utcOf('cron(0 9 * * ? *)', 'UTC', { startMs: startMs + 1, endMs: endMs - 1 })).toEqual(
      [],
    );
  });

  it('begin now if the start date has passed', () => {
    const fires = utcOf('cron(0 9 * * ? *)', 'UTC', { startMs: at('2020-01-01T00:00:00Z') });

    expect(fires[0]).toBe('2026-01-01T09:00:00.000Z');
  });

  it('are on the local dates of zones far from UTC', () => {
    const fromMs = at('2026-01-01T10:30:00Z');
    const { occurrences } = firesOf('cron(0 0 * * ? *)', 'Pacific/Kiritimati', {
      fromMs,
      count: 1,
    });
    const { occurrences: west } = firesOf('cron(0 23 * * ? *)', 'Pacific/Pago_Pago', {
      fromMs,
      count: 1,
    });

    expect(occurrences).toEqual([
      { local: '2026-01-03T00:00:00+14:00', utc: '2026-01-02T10:00:00.000Z' },
    ]);
    expect(west).toEqual([{ local: '2026-01-01T23:00:00-11:00', utc: '2026-01-02T10:00:00.000Z' }]);
  });
});

describe('a clock change', () => {
  it('skips a local time that does not exist, and fires once at one that occurs twice', () => {
    const spring = firesOf('cron(30 2 * * ? *)', 'Europe/Berlin', {
      fromMs: at('2026-03-28T00:00:00Z'),
    });
    const autumn = firesOf('cron(30 2 * * ? *)', 'Europe/Berlin', {
      fromMs: at('2026-10-24T00:00:00Z'),
    });

    expect(spring.occurrences.map(({ local }) => local)).toEqual([
      '2026-03-28T02:30:00+01:00',
      '2026-03-30T02:30:00+02:00',
      '2026-03-31T02:30:00+02:00',
    ]);
    expect(autumn.occurrences.map(({ utc }) => utc)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(autumn.warnings[0]).toEqual({
      kind: 'repeated',
      local: '2026-10-25T02:30',
      count: 1,
      message: 'clocks go back over 2026-10-25 02:30: fires once, the first time',
    });
    expect(spring.warnings[0]).toEqual({
      kind: 'skipped',
      local: '2026-03-29T02:30',
      count: 1,
      message: 'clocks go forward over 2026-03-29 02:30: skipped',
    });
  });

  it('is no warning before the listed time, or if its local times are not listed', () => {
    const from = (fromMs: number) =>
      firesOf('cron(30 2 * * ? *)', 'Europe/Berlin', { fromMs, count: 1 }).warnings;
    const [first] = from(at('2026-03-29T01:30:00Z'));
    const [later] = from(at('2026-03-29T01:30:00.001Z'));

    expect([first?.local, later?.local]).toEqual(['2026-03-29T02:30', '2026-10-25T02:30']);
    expect(firesOf('cron(30 5 * * ? *)', 'Europe/Berlin').warnings).toEqual([]);
    expect(firesOf('cron(30 2 * * ? *)', 'UTC').warnings).toEqual([]);
  });

  it('is counted for each of its days', () => {
    const { warnings } = firesOf('cron(0,30 2 * * ? *)', 'Europe/Berlin', { count: 1 });

    expect(warnings).toEqual([
      {
        kind: 'skipped',
        local: '2026-03-29T02:00',
        count: 2,
        message: 'clocks go forward over 2026-03-29 02:00 and 1 more: skipped',
      },
      {
        kind: 'repeated',
        local: '2026-10-25T02:00',
        count: 2,
        message: 'clocks go back over 2026-10-25 02:00 and 1 more: fires once, the first time',
      },
    ]);
  });
});

describe('a rate', () => {
  it('has no occurrence before it begins, and each of them at its distance', () => {
    const createdMs = at('2026-01-01T00:10:00Z');

    expect(utcOf('rate(7 minutes)', 'UTC', { createdMs, count: 2 })).toEqual([
      '2026-01-01T00:10:00.000Z',
      '2026-01-01T00:17:00.000Z',
    ]);
    expect(utcOf('rate(7 minutes)', 'UTC', { createdMs, fromMs: createdMs + 1, count: 1 })).toEqual(
      ['2026-01-01T00:17:00.000Z'],
    );
    expect(
      utcOf('rate(7 minutes)', 'UTC', { createdMs, endMs: createdMs + 7 * 60_000 - 1, count: 9 }),
    ).toEqual(['2026-01-01T00:10:00.000Z']);
  });

  it('ends with the year 2199', () => {
    const fromMs = at('2199-12-31T00:00:00Z');

    expect(utcOf('rate(12 hours)', 'UTC', { fromMs, count: 9 })).toHaveLength(2);
    expect(utcOf('rate(1 minute)', 'UTC', { fromMs: at('2199-12-31T23:59:00Z') })).toHaveLength(1);
  });

  it('counts from the start date', () => {
    const startMs = at('2025-12-31T23:50:00Z');

    expect(utcOf('rate(25 minutes)', 'UTC', { startMs })).toEqual([
      '2026-01-01T00:15:00.000Z',
      '2026-01-01T00:40:00.000Z',
      '2026-01-01T01:05:00.000Z',
    ]);
  });

  it('does not fire before a start date in the future', () => {
    const startMs = at('2026-05-01T08:00:00Z');

    expect(utcOf('rate(1 day)', 'UTC', { startMs })[0]).toBe('2026-05-01T08:00:00.000Z');
  });

  it('counts from its creation without a start date', () => {
    const createdMs = at('2025-12-31T22:30:00Z');

    expect(utcOf('rate(1 hour)', 'UTC', { createdMs })[0]).toBe('2026-01-01T00:30:00.000Z');
  });

  it('starts with the next full minute', () => {
    const fromMs = at('2026-01-01T00:00:00.001Z');

    expect(utcOf('rate(5 minutes)', 'UTC', { fromMs })[0]).toBe('2026-01-01T00:01:00.000Z');
  });

  it('does not fire after the end date', () => {
    expect(utcOf('rate(1 hour)', 'UTC', { endMs: at('2026-01-01T01:00:00Z') })).toHaveLength(2);
  });

  it('counts a day as 24 hours, so that a clock change moves its local time', () => {
    const fromMs = at('2026-03-28T08:00:00Z');
    const { occurrences, warnings } = firesOf('rate(1 day)', 'Europe/Berlin', { fromMs, count: 2 });

    expect(occurrences.map(({ local }) => local)).toEqual([
      '2026-03-28T09:00:00+01:00',
      '2026-03-29T10:00:00+02:00',
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('at(…)', () => {
  it('fires once, at its own second', () => {
    const fromMs = at('2026-07-01T08:00:00Z');
    const once = (window: Partial<OccurrenceWindow>) =>
      utcOf('at(2026-07-01T08:00:00)', 'UTC', window);

    expect(once({ fromMs })).toEqual(['2026-07-01T08:00:00.000Z']);
    expect(once({ fromMs: fromMs + 1 })).toEqual([]);
    expect(once({ fromMs, endMs: fromMs - 1, startMs: fromMs + 1 })).toHaveLength(1);
    expect(firesOf('at(2026-07-01T08:00:00)', 'UTC').warnings).toEqual([]);
  });

  it('fires at a local time, to the second', () => {
    expect(firesOf('at(2026-07-01T08:00:30)', 'America/New_York').occurrences).toEqual([
      { local: '2026-07-01T08:00:30-04:00', utc: '2026-07-01T12:00:30.000Z' },
    ]);
  });

  it('ignores the dates, with a warning', () => {
    const startMs = at('2027-01-01T00:00:00Z');
    const { occurrences, warnings } = firesOf('at(2026-07-01T08:00:00)', 'UTC', { startMs });

    expect(occurrences).toHaveLength(1);
    expect(warnings).toMatchObject([{ kind: 'dates_ignored' }]);
  });
});

describe('warnings', () => {
  it.each([
    { expression: 'cron(0 0 30 2 ? *)', window: {} },
    { expression: 'at(2025-12-31T23:59:00)', window: {} },
    { expression: 'rate(1 day)', window: { endMs: at('2025-12-31T00:00:00Z') } },
    { expression: 'cron(0 9 * * ? *)', window: { startMs: at('9999-01-01T00:00:00Z') } },
    { expression: 'rate(1 day)', window: { startMs: at('9999-01-01T00:00:00Z') } },
  ])('say that $expression within $window does not fire any more', (row) => {
    const { occurrences, warnings } = firesOf(row.expression, 'UTC', row.window);

    expect(occurrences).toEqual([]);
    expect(warnings).toMatchObject([{ kind: 'never' }]);
  });

  it('cover a year, even if fewer occurrences are listed', () => {
    const { occurrences, warnings } = firesOf('cron(30 2 * * ? *)', 'Europe/Berlin', { count: 1 });

    expect(occurrences).toHaveLength(1);
    expect(warnings.map(({ kind, local }) => [kind, local])).toEqual([
      ['skipped', '2026-03-29T02:30'],
      ['repeated', '2026-10-25T02:30'],
    ]);
  });

  it('do not cover the time after the end date', () => {
    const endMs = at('2026-06-01T00:00:00Z');
    const { warnings } = firesOf('cron(30 2 * * ? *)', 'Europe/Berlin', { count: 1, endMs });

    expect(warnings.map(({ kind }) => kind)).toEqual(['skipped']);
  });

  it('cover the time until the last listed occurrence', () => {
    const preview = firesOf('cron(30 2 29 3 ? *)', 'Europe/Berlin', { count: 11 });

    expect(preview.occurrences.at(-1)?.local).toMatch(/^2038-/);
    expect(preview.warnings.map(({ local }) => local)).toEqual([
      '2026-03-29T02:30',
      '2037-03-29T02:30',
    ]);
  });

  it('combine the skipped local times of a day into one warning', () => {
    const { warnings } = firesOf('cron(0/10 * * * ? *)', 'Australia/Lord_Howe', { count: 1 });

    expect(warnings).toMatchObject([
      { kind: 'repeated', local: '2026-04-05T01:30', count: 3 },
      { kind: 'skipped', local: '2026-10-04T02:00', count: 3 },
    ]);
    expect(warnings[0]?.message).toContain('2026-04-05 01:30 and 2 more');
  });
});

describe('the table of expressions', () => {
  it('has at least 150 of them, each once', () => {
    const expressions = EXAMPLES.map(({ expression }) => expression);

    expect(new Set(expressions).size).toBe(expressions.length);
    expect(expressions.length).toBeGreaterThanOrEqual(150);
  });

  it.each(EXAMPLES)(
    '$expression has the occurrences of the calendar',
    ({ expression, fires: expected, isAll }) => {
      const count = isAll ? 50 : expected.length;

      expect(utcOf(expression, 'UTC', { count })).toEqual(expected);
    },
  );
});
