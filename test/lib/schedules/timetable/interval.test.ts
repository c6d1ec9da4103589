import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { requireInterval } from '#lib/schedules/timetable/interval.ts';

const check = (text: string, options?: Parameters<typeof requireInterval>[1]) => () =>
  requireInterval(parseExpression(text), options);

describe('the minimum interval', () => {
  it.each([
    ...['rate(1 minute)', 'rate(4 minutes)'],
    ...['cron(* * * * ? *)', 'cron(0/4 * * * ? *)', 'cron(0,4 12 * * ? *)'],
    'cron(0,57 * * * ? *)',
    'cron(0,58 0,23 * * ? *)',
    'cron(0,58 0,23 ? * MON,TUE *)',
    'cron(0,58 0,23 1,31 * ? *)',
    'cron(0,58 0,23 28-29 2 ? *)',
  ])('refuses %s (F46)', (text) => {
    expect(check(text)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_ERROR',
        details: [{ path: 'expression', problem: 'fires more often than every 5 minutes' }],
      }),
    );
  });

  it.each([
    ...['rate(5 minutes)', 'rate(1 hour)', 'rate(1 day)', 'at(2026-11-20T13:00:00)'],
    ...['cron(0/5 * * * ? *)', 'cron(*/5 * * * ? *)', 'cron(0,55 * * * ? *)', 'cron(0 9 * * ? *)'],
    'cron(0/30 0,23 ? * MON-FRI *)',
    'cron(0/58 0,23 ? * 2 *)',
    'cron(0 0 30 2 ? *)',
  ])('accepts %s', (text) => {
    expect(check(text)).not.toThrow();
  });

  it('is checked across midnight only if the next day also has an occurrence', () => {
    expect(check('cron(0,56 0,23 ? * MON *)', { minMs: 4 * MINUTE_MS })).not.toThrow();
    expect(check('cron(0,57 0,23 ? * MON *)', { minMs: 3 * MINUTE_MS })).not.toThrow();
    expect(check('cron(10,59 0,23 ? * MON *)', { minMs: 11 * MINUTE_MS })).not.toThrow();
    expect(check('cron(10,59 0,23 ? * MON *)', { minMs: 12 * MINUTE_MS })).not.toThrow();
    expect(check('cron(10,59 0,23 ? * MON-TUE *)', { minMs: 11 * MINUTE_MS })).not.toThrow();
    expect(check('cron(10,59 0,23 ? * MON-TUE *)', { minMs: 12 * MINUTE_MS })).toThrow();
    expect(check('cron(10,59 0,23 31,1 12,1 ? 2027)', { minMs: 12 * MINUTE_MS })).not.toThrow();
    expect(check('cron(10,59 0,23 31,1 12,1 ? 2027-2028)', { minMs: 12 * MINUTE_MS })).toThrow();
  });

  it('has the value and the error path that the caller sets', () => {
    expect(check('rate(1 minute)', { minMs: MINUTE_MS })).not.toThrow();
    expect(
      check('rate(59 minutes)', { minMs: 60 * MINUTE_MS, path: 'schedule_expression' }),
    ).toThrow(
      expect.objectContaining({
        details: [
          { path: 'schedule_expression', problem: 'fires more often than every 60 minutes' },
        ],
      }),
    );
  });
});
