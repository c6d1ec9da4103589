import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { parseWithAdvice } from '#lib/schedules/timetable/parse-with-advice.ts';

const errorOf = (act: () => unknown): AppError => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  return expect.fail('accepted');
};
const detailsOf = (...all: Parameters<typeof parseWithAdvice>) =>
  errorOf(() => parseWithAdvice(...all)).details;

describe('the advice about an expression', () => {
  it('is not needed for a valid one', () => {
    const text = 'cron(0 9 ? * MON *)';
    expect(parseWithAdvice(text)).toEqual(parseExpression(text));
  });

  it('follows its one problem, in an error of the same kind', () => {
    const error = errorOf(() => parseWithAdvice('rate(5 minute)', 'schedule_expression'));

    expect(error).toMatchObject({
      kind: 'invalid',
      code: 'VALIDATION_ERROR',
      message: 'the schedule expression is not valid',
      cause: { code: 'VALIDATION_ERROR' },
    });
    expect(error.details).toEqual([
      {
        path: 'schedule_expression.unit',
        problem:
          '"minute" does not agree with the number 5; in EventBridge this is rate(5 minutes)',
      },
    ]);
  });

  it('replaces several problems', () => {
    expect(errorOf(() => parseExpression('cron(0 0 9 * * 1)')).details).toHaveLength(2);
    expect(detailsOf('cron(0 0 9 * * 1)')).toEqual([
      {
        path: 'expression',
        problem: 'is not in the syntax of EventBridge; in EventBridge this is cron(0 9 ? * MON *)',
      },
    ]);
  });

  it('has the time zone if the expression has one', () => {
    expect(detailsOf('at(2026-11-20T13:00:00Z)')[0]?.problem).toMatch(
      /; in EventBridge this is at\(2026-11-20T13:00:00\) in the timezone UTC$/,
    );
  });

  it('is to write two schedules if a line restricts both days', () => {
    const advice =
      /; EventBridge takes a day of the month or a day of the week: write one schedule for each$/;

    expect(detailsOf('0 9 1 * 1')[0]?.problem).toMatch(advice);
    expect(detailsOf(' cron( 0  9 1 * 1 ) ')[0]?.problem).toMatch(advice);
  });

  it('is absent if no rewrite is valid, or the expression is too long', () => {
    const wrong = ['rate(0 minutes)', 'x', '', 'cron(61 9 * * ? *)'];
    const tooLong = `0 9 * * 1${' '.repeat(248)}`;

    for (const text of [...wrong, tooLong]) {
      expect(detailsOf(text)).toEqual(errorOf(() => parseExpression(text)).details);
    }
    expect(tooLong).toHaveLength(257);
    expect(detailsOf(tooLong.slice(0, -1))[0]?.problem).toContain('cron(0 9 ? * MON *)');
  });
});
