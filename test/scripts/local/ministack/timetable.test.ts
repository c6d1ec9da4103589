import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { ROOT } from '#scripts/local/paths.ts';
import {
  CHANGING_ZONES,
  CLOCK_CHANGES,
  STEADY_ZONES,
} from '#test/lib/schedules/timetable/clock-changes.ts';
import { EXAMPLES, FROM } from '#test/lib/schedules/timetable/expressions.ts';
import { python } from './python.ts';

interface Question {
  expression: string;
  zone: string;
  fromMs: number;
  count: number;
  startMs?: number;
  endMs?: number;
}

/** The result of the local AWS: due times, or the reason of a refusal. */
const localAws = (questions: readonly Question[]) =>
  python<(number[] | string)[]>(
    'dues.py',
    questions.map(({ expression, zone, fromMs, count, startMs, endMs }) => ({
      ...{ expression, zone, count },
      after: fromMs / SECOND_MS - 1,
      begin: fromMs / SECOND_MS,
      start: startMs === undefined ? null : startMs / SECOND_MS,
      end: endMs === undefined ? null : endMs / SECOND_MS,
    })),
  ).map((dues) =>
    typeof dues === 'string' ? dues : dues.map((seconds) => iso(seconds * SECOND_MS)),
  );

const calculator = ({ expression, zone, ...window }: Question) =>
  nextOccurrences(parseExpression(expression), zoneOf(zone), window).occurrences.map(
    ({ utc }) => utc,
  );

/** Sends all questions in one call, so that Python starts once. */
const expectAgreement = (questions: readonly Question[]) => {
  const answers = localAws(questions);
  const differences = questions.flatMap((question, n) => {
    const expected = calculator(question);
    return JSON.stringify(expected) === JSON.stringify(answers[n])
      ? []
      : [{ question, expected, found: answers[n] }];
  });

  expect(differences).toEqual([]);
};

const msOf = (local: string) => Date.parse(`${local}Z`);

/** The cron expression of one local minute, and the one-time schedule of the same minute. */
const minuteOf = (localMs: number) => {
  const at = new Date(localMs);
  const day = `${at.getUTCDate()} ${at.getUTCMonth() + 1} ? ${at.getUTCFullYear()}`;
  return [
    `cron(${at.getUTCMinutes()} ${at.getUTCHours()} ${day})`,
    `at(${iso(localMs).slice(0, 19)})`,
  ];
};

const ZONES = [...CHANGING_ZONES, ...STEADY_ZONES, 'Africa/Casablanca', 'Atlantic/Azores'];

const REFUSED = [
  'cron(0 9 * * * *)',
  'cron(0 9 ? * ? *)',
  'cron(60 9 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 9 0 * ? *)',
  'cron(0 9 32 * ? *)',
  'cron(0 9 * 13 ? *)',
  'cron(0 9 ? * 8 *)',
  'cron(0 9 ? * MON#6 *)',
  'cron(0 9 ? * 0L *)',
  'cron(0 9 32W * ? *)',
  'cron(0 9 * * ? 1969)',
  'cron(0/0 9 * * ? *)',
  'cron(30-10 9 * * ? *)',
  'cron(, 9 * * ? *)',
  'cron(0 9 * * ?)',
  'cron(-1 9 * * ? *)',
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(2 minute)',
  'rate(5 weeks)',
  'rate(5)',
  'at(2026-02-30T09:00:00)',
  'at(2026-02-03)',
  'at(2026-02-03T09:00:00Z)',
  '0 9 * * *',
  '',
];

describe('the local scheduler', () => {
  it('accepts every expression that the calculator of the product accepts, with the same due times', () => {
    expectAgreement(
      EXAMPLES.map(({ expression, fires }) => ({
        ...{ expression, zone: 'UTC', fromMs: Date.parse(FROM), count: fires.length + 1 },
      })),
    );
  });

  it('agrees with the calculator of the product in each minute around every clock change of two years', () => {
    const minutes = CLOCK_CHANGES.flatMap(({ zone, utc, before, after }) => {
      const [first, last] = [msOf(before), msOf(after)].sort((a, b) => a - b) as [number, number];
      return [first - MINUTE_MS, first, (first + last) / 2, last - MINUTE_MS, last].flatMap(
        (localMs) =>
          minuteOf(localMs).map((expression) => ({
            ...{ expression, zone, fromMs: Date.parse(utc) - 2 * DAY_MS, count: 2 },
          })),
      );
    });

    expect(minutes.length).toBeGreaterThan(300);
    expectAgreement(minutes);
  });

  it.each([
    { expression: 'cron(0/15 * * * ? *)', beforeMs: 6 * HOUR_MS },
    { expression: 'cron(30 2 * * ? *)', beforeMs: 9 * DAY_MS },
    { expression: 'cron(59 23 L * ? *)', beforeMs: 31 * DAY_MS },
    { expression: 'cron(0 0 ? * 1#1 *)', beforeMs: 31 * DAY_MS },
    { expression: 'cron(5 1-3 LW * ? *)', beforeMs: 31 * DAY_MS },
    { expression: 'rate(1 day)', beforeMs: 9 * DAY_MS },
    { expression: 'rate(7 hours)', beforeMs: 2 * DAY_MS },
  ])(
    'agrees with the calculator of the product over clock changes in all zones: $expression',
    (row) => {
      const { expression, beforeMs } = row;
      const changes = CLOCK_CHANGES.map(({ zone, utc }) => ({ zone, ms: Date.parse(utc) }));
      // The turn of a year, and Ramadan, in which Morocco changes its clocks.
      const others = ['2026-12-31T23:00:00Z', '2027-02-07T02:00:00Z', '2027-03-14T02:00:00Z'];
      const more = ZONES.flatMap((zone) => others.map((utc) => ({ zone, ms: Date.parse(utc) })));

      expectAgreement(
        [...changes, ...more].map(({ zone, ms }) => ({
          ...{ expression, zone, fromMs: ms - beforeMs, count: 50 },
        })),
      );
    },
  );

  it.each(['cron(0 9 * * ? *)', 'rate(6 hours)'])(
    'fires %s from its start date to its end date, both included',
    (expression) => {
      const startMs = Date.parse('2026-10-24T07:00:00Z');
      const endMs = Date.parse('2026-10-26T08:00:00Z');
      const question = { expression, zone: 'Europe/Berlin', fromMs: startMs - DAY_MS, count: 50 };

      const [dues] = localAws([{ ...question, startMs, endMs }]);

      expect(dues?.[0]).toBe(iso(startMs));
      expectAgreement([{ ...question, startMs, endMs }]);
      expectAgreement([{ ...question, startMs: startMs + MINUTE_MS, endMs: endMs - MINUTE_MS }]);
    },
  );

  it('ignores start and end date of a one-time schedule', () => {
    const fromMs = Date.parse('2026-10-24T00:00:00Z');
    const question = { expression: 'at(2026-10-25T12:00:00)', zone: 'Asia/Kathmandu', fromMs };

    const [dues] = localAws([
      { ...question, count: 2, startMs: fromMs + 9 * DAY_MS, endMs: fromMs },
    ]);

    expect(dues).toEqual(['2026-10-25T06:15:00.000Z']);
  });

  it('refuses every expression that the calculator of the product refuses', () => {
    const questions = REFUSED.map((expression) => ({
      ...{ expression, zone: 'UTC', fromMs: Date.parse(FROM), count: 1 },
    }));

    const accepted = localAws(questions).flatMap((answer, n) =>
      typeof answer === 'string' ? [] : [REFUSED[n]],
    );

    expect(accepted).toEqual([]);
    for (const expression of REFUSED) expect(() => parseExpression(expression)).toThrow();
  });

  it.each(['Europe/Atlantis', '', '../UTC', '+02:00'])('refuses the zone "%s"', (zone) => {
    const [answer] = localAws([{ expression: 'rate(1 day)', zone, fromMs: 0, count: 1 }]);

    expect(answer).toMatch(/^no time zone is called/);
  });

  it('has the same version of the zone data as Node', () => {
    const [, year, number] =
      /^tzdata==(\d+)\.(\d+)$/m.exec(
        readFileSync(join(ROOT, 'scripts/local/requirements.in'), 'utf8'),
      ) ?? [];

    const letter = String.fromCharCode('a'.charCodeAt(0) + Number(number) - 1);
    expect(`${year}${letter}`).toBe(process.versions.tz);
  });
});
