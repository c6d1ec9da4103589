import { describe, expect, it } from 'vitest';
import { rewritesOf } from '#lib/schedules/timetable/other-syntax.ts';

/** The rewrites of one kind. A rewrite need not be valid. */
const ofKind = (kind: 'rate' | 'at' | 'cron', expression: string) =>
  rewritesOf(expression).filter(({ text }) => text.startsWith(`${kind}(`));
const textsOf = (...all: Parameters<typeof ofKind>) => ofKind(...all).map(({ text }) => text);

describe('a duration', () => {
  it.each([
    ['5m', 'rate(5 minutes)'],
    ['1 m', 'rate(1 minute)'],
    ['@every 1h30m', 'rate(90 minutes)'],
    ['every 2 hours', 'rate(2 hours)'],
    ['EVERY 1 Hour', 'rate(1 hour)'],
    ['24h', 'rate(24 hours)'],
    ['1 day 12 hours', 'rate(36 hours)'],
    ['1d', 'rate(1 day)'],
    ['2w', 'rate(14 days)'],
    ['1 week 1 day', 'rate(8 days)'],
    ['60s', 'rate(1 minute)'],
    ['90 secs', 'rate(1.5 minutes)'],
    ['1h 30 sec', 'rate(60.5 minutes)'],
    ['rate(3 min)', 'rate(3 minutes)'],
    ['cron(3 hrs)', 'rate(3 hours)'],
  ])('%s is %s', (given, text) => {
    expect(textsOf('rate', given)).toEqual([text]);
  });

  it.each(['', 'm', '5', '5 months', 'every', '1234567m', '1h x'])('is not %j', (given) => {
    expect(textsOf('rate', given)).toEqual([]);
  });
});

describe('an instant', () => {
  it.each([
    ['2026-11-20', 'at(2026-11-20T00:00:00)'],
    ['2026-11-20 13:05', 'at(2026-11-20T13:05:00)'],
    ['2026-11-20t13:05:07.123', 'at(2026-11-20T13:05:07)'],
  ])('%s without a zone is local: %s', (given, text) => {
    expect(ofKind('at', given)).toEqual([{ text }]);
  });

  it.each([
    ['2026-11-20T13:05:07z', 'at(2026-11-20T13:05:07)'],
    ['2026-11-20T01:00+02:00', 'at(2026-11-19T23:00:00)'],
    ['2026-11-20T13:00:00-0930', 'at(2026-11-20T22:30:00)'],
  ])('%s with a zone is in UTC: %s', (given, text) => {
    expect(ofKind('at', given)).toEqual([{ text, note: ' in the timezone UTC' }]);
  });

  it.each(['2026-02-30T13:00Z', '2026-11-20T24:00Z', '2026-11-20T13:00+99:00', '20.11.2026'])(
    '%s is none',
    (given) => {
      expect(textsOf('at', given)).toEqual([]);
    },
  );
});

describe('a cron line', () => {
  it.each<[string, string[]]>([
    ['0 9 * * ? *', ['cron(0 9 * * ? *)', 'cron(9 * * ? * *)']],
    ['1 9 * * ? *', ['cron(1 9 * * ? *)']],
    ['CRON ( 0 9 * * ? 2026 )', ['cron(0 9 * * ? 2026)', 'cron(9 * * ? 2026 *)']],
    ['00 0 9 * * 1-5', ['cron(00 0 9 * * 1-5)', 'cron(0 9 * * 1-5 *)', 'cron(0 9 ? * MON-FRI *)']],
    ['0 9 * * 1', ['cron(0 9 * * 1)', 'cron(0 9 ? * MON *)']],
    ['0 0 9 * * ? *', ['cron(0 0 9 * * ? *)', 'cron(0 9 * * ? *)']],
    ['0 9 1 * 1', ['cron(0 9 1 * 1)']],
  ])('%s may be one of %j', (given, texts) => {
    expect(textsOf('cron', given)).toEqual(texts);
  });
});
