import { expect, test } from 'vitest';
import { otherZoneDate, zonePlace } from '#handlers/web/app/format/zone.ts';

const WINTER = Date.parse('2026-01-15T12:00:00.000Z');
const SUMMER = Date.parse('2026-07-15T12:00:00.000Z');

test('shows the time of another zone while its clocks differ', () => {
  expect(otherZoneDate(SUMMER, 'Europe/London', 'UTC')).toBe('13:00');
  expect(otherZoneDate(WINTER, 'Europe/London', 'UTC')).toBeUndefined();
});

test('shows the date of another zone where it is another day', () => {
  expect(otherZoneDate(SUMMER, 'Pacific/Kiritimati', 'UTC')).toMatch(/16 Jul, 02:00$/);
});

test.each(['Europe/Nowhere', '', 'no zone'])('shows nothing for the unknown zone "%s"', (zone) => {
  expect(otherZoneDate(SUMMER, zone, 'UTC')).toBeUndefined();
});

test('names the place of a zone', () => {
  expect(zonePlace('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  expect(zonePlace('UTC')).toBe('UTC');
});
