import { expect, it } from 'vitest';
import { relativeTime } from '#handlers/web/app/format/time.ts';

const NOW_MS = Date.parse('2026-11-30T19:41:00Z');

it.each([
  ['2026-11-30T19:40:58Z', '2 seconds ago'],
  ['2026-11-30T19:41:00Z', 'now'],
  ['2026-11-30T19:41:02Z', 'now'],
  ['2026-11-30T19:41:30Z', 'in 30 seconds'],
  ['2026-11-30T19:30:00Z', '11 minutes ago'],
  ['2026-12-01T08:45:00Z', 'in 13 hours'],
  ['2026-12-02T08:45:00Z', 'in 37 hours'],
  ['2026-11-29T14:41:00Z', '29 hours ago'],
  ['2026-12-03T08:45:00Z', 'in 2 days'],
  ['2026-11-28T19:41:00Z', '2 days ago'],
])('the time %s is shown as “%s” at 19:41 on 30 November', (at, text) => {
  expect(relativeTime(Date.parse(at), NOW_MS)).toBe(text);
});
