import { describe, expect, it } from 'vitest';
import {
  flagChange,
  flagInput,
  flagProblems,
  flagProblemsOf,
} from '#handlers/web/app/flags/flag-change.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const input = { reason: 'the phone is being replaced', until: '', limit: '' };

describe('flagInput', () => {
  it('keeps the limit of the flag', () => {
    expect(flagInput({ enabled_for: ['ada', 'notify'] }).limit).toBe('ada\nnotify');
  });
});

describe('flagChange', () => {
  it('sends neither an end nor a limit that is empty', () => {
    expect(flagChange({ ...input, limit: '\n  \n' }, { enabled: false, version: 3 })).toEqual({
      enabled: false,
      reason: 'the phone is being replaced',
      version: 3,
    });
  });

  it('sends each line of the limit once', () => {
    const typed = { ...input, until: '2026-03-03T12:00:00.000Z', limit: ' ada \nnotify\nada' };

    expect(flagChange(typed, { enabled: true, version: 0 })).toMatchObject({
      until: '2026-03-03T12:00:00.000Z',
      enabled_for: ['ada', 'notify'],
    });
  });
});

describe('flagProblems', () => {
  it('accepts a reason alone', () => {
    expect(flagProblems(input, NOW)).toEqual({});
  });

  it.each([
    { changed: { reason: '  ' }, field: 'reason' },
    { changed: { reason: 'x'.repeat(501) }, field: 'reason' },
    { changed: { until: new Date(NOW).toISOString() }, field: 'until' },
    { changed: { limit: 'x'.repeat(129) }, field: 'limit' },
    {
      changed: { limit: Array.from({ length: 21 }, (_, n) => `user-${n}`).join('\n') },
      field: 'limit',
    },
  ])('refuses a $field like $changed', ({ changed, field }) => {
    expect(Object.keys(flagProblems({ ...input, ...changed }, NOW))).toEqual([field]);
  });
});

describe('flagProblemsOf', () => {
  it('shows a problem of the API at its field', () => {
    const details = [
      { path: 'enabled_for[2]', problem: 'must not be empty' },
      { path: 'until', problem: 'is in the past' },
      { path: 'version', problem: 'is missing' },
    ];

    expect(flagProblemsOf(details)).toEqual({
      problems: { limit: 'This must not be empty.', until: 'This is in the past.' },
      others: [details[2]],
    });
  });
});
