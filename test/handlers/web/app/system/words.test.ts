import { expect, it } from 'vitest';
import { isRefusing } from '#handlers/web/app/system/words.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const at = (ms: number) => new Date(NOW + ms).toISOString();

it.each([
  { state: 'closed', next_trial_at: null, expected: false },
  { state: 'half_open', next_trial_at: null, expected: false },
  { state: 'open', next_trial_at: null, expected: true },
  { state: 'open', next_trial_at: at(1), expected: true },
  { state: 'open', next_trial_at: at(-1), expected: false },
] as const)(
  'says $expected for a breaker that is $state with the next trial at $next_trial_at',
  ({ expected, ...breaker }) => {
    expect(isRefusing(breaker, NOW)).toBe(expected);
  },
);
