import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '#lib/platform/clock.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';

describe('a time zone', () => {
  it.each([
    ...['UTC', 'GMT', 'CET', 'EST', 'Etc/GMT+5', 'Etc/UTC', 'Europe/Berlin', 'Asia/Kathmandu'],
    ...['Asia/Katmandu', 'America/Sao_Paulo', 'America/Argentina/Buenos_Aires', 'EST5EDT'],
    ...['America/Port-au-Prince', 'Australia/Lord_Howe', 'US/Pacific', 'GB-Eire', 'Asia/Kolkata'],
  ])('can be %s', (name) => {
    expect(zoneOf(name).name).toBe(name);
  });

  it.each([
    ...['', ' ', 'Berlin', 'Europe/Atlantis', '+05:30', 'UTC+2', 'GMT+1', 'CEST', 'PST', 'AST'],
    ...['SystemV/AST4', 'Europe//Berlin', '../etc/passwd', 'Etc/Unknown'],
    ...['A'.repeat(10_000), 'Europe/Berlin\u0000', '__proto__'],
  ])('cannot be %j', (name) => {
    expect(() => zoneOf(name, 'timezone')).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'VALIDATION_ERROR',
        details: [{ path: 'timezone', problem: expect.stringContaining('IANA') }],
      }),
    );
  });

  it.each([
    { given: ' Europe/Berlin', problem: 'contains blanks: write Europe/Berlin' },
    { given: 'Europe/Berlin\n', problem: 'contains blanks: write Europe/Berlin' },
    { given: '\tutc ', problem: 'contains blanks and is written UTC' },
    { given: 'America/New York', problem: 'contains blanks: write America/New_York' },
    { given: 'Europe / Berlin', problem: 'contains blanks: write Europe/Berlin' },
    { given: ' Berlin', problem: expect.stringContaining('IANA') },
  ])('$given has the problem that it $problem', ({ given, problem }) => {
    expect(() => zoneOf(given)).toThrow(
      expect.objectContaining({ details: [{ path: 'timezone', problem }] }),
    );
  });

  it.each([
    { given: 'europe/berlin', right: 'Europe/Berlin' },
    { given: 'utc', right: 'UTC' },
  ])('$given is to be written $right', ({ given, right }) => {
    expect(() => zoneOf(given)).toThrow(
      expect.objectContaining({ details: [{ path: 'timezone', problem: `is written ${right}` }] }),
    );
  });

  it.each([
    { zone: 'Asia/Kathmandu', hours: 5.75 },
    { zone: 'America/New_York', hours: -5 },
    { zone: 'America/St_Johns', hours: -3.5 },
    { zone: 'Pacific/Kiritimati', hours: 14 },
    { zone: 'UTC', hours: 0 },
  ])('$zone is ahead of UTC by $hours hours in winter', ({ zone, hours }) => {
    expect(zoneOf(zone).offsetAt(Date.parse('2026-01-15T12:00:00Z'))).toBe(hours * HOUR_MS);
  });

  it('has no instant on a day that it skips: Samoa had no 30 December 2011', () => {
    const { instantsOf } = zoneOf('Pacific/Apia');

    expect(instantsOf(Date.parse('2011-12-30T12:00:00Z'))).toEqual([]);
    expect(instantsOf(Date.parse('2011-12-31T00:00:00Z'))).toEqual([
      Date.parse('2011-12-30T10:00:00Z'),
    ]);
  });
});

describe('a local time as text', () => {
  it.each([
    { hours: 5.75, text: '2026-01-01T05:45:00+05:45' },
    { hours: -3.5, text: '2025-12-31T20:30:00-03:30' },
    { hours: 0, text: '2026-01-01T00:00:00+00:00' },
  ])('contains its offset: $text', ({ hours, text }) => {
    expect(localText(Date.parse('2026-01-01T00:00:00Z'), hours * HOUR_MS)).toBe(text);
  });
});
