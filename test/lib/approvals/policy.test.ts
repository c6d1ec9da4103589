import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Terms } from '#lib/actions/irreversible.ts';
import { isAllowed, parsePolicy, quotaLimits } from '#lib/approvals/policy.ts';
import { AppError } from '#lib/platform/errors.ts';

const OPERATIONS = [
  { action: 'weather', operation: 'get_forecast', effect: 'read' },
  { action: 'golf', operation: 'book_tee_time', effect: 'irreversible' },
  { action: 'golf', operation: 'cancel_reservation', effect: 'irreversible' },
  { action: 'http', operation: 'call', effect: 'reversible' },
] as const;
const BOOKING = { action: 'golf', operation: 'book_tee_time' };

/** A Saturday. */
const TERMS: Terms = {
  course: 'birdsfoot',
  date: '2026-03-07',
  time: '08:10',
  players: 2,
  max_total_cents: 9_000,
};
const RULE = {
  requested_by: 'scheduler',
  courses: ['birdsfoot', 'totteridge'],
  weekdays: ['saturday', 'sunday'],
  from: '07:00',
  to: '10:00',
  max_total_cents: 9_000,
  max_players: 2,
};

const policyOf = (value: unknown) => parsePolicy(JSON.stringify(value), OPERATIONS);
const withRules = (...auto_approve: unknown[]) =>
  policyOf({ 'golf.book_tee_time': { auto_approve } });

describe('a rule', () => {
  const allows = (rule: unknown, terms: Terms = TERMS, requestedBy = 'scheduler') =>
    isAllowed(withRules(rule), { operation: BOOKING, requestedBy, terms });

  it('allows a call that is within all of its limits, which are included', () => {
    expect(allows(RULE)).toBe(true);
    expect(allows(RULE, { ...TERMS, time: '07:00' })).toBe(true);
    expect(allows(RULE, { ...TERMS, time: '10:00' })).toBe(true);
    expect(allows({ requested_by: 'scheduler' })).toBe(true);
  });

  it.each([
    { course: 'oakhill' },
    { date: '2026-03-06' },
    { date: '2026-03-09' },
    { time: '06:59' },
    { time: '10:01' },
    { players: 3 },
    { max_total_cents: 9_001 },
  ])('does not allow a call outside of one limit: %o', (outside) => {
    expect(allows(RULE, { ...TERMS, ...outside })).toBe(false);
  });

  it.each(['course', 'date', 'time', 'players', 'max_total_cents'] as const)(
    'does not allow a call that lacks %s, if it limits that',
    (term) => {
      const { [term]: _, ...terms } = TERMS;

      expect(allows(RULE, terms)).toBe(false);
      expect(allows({ requested_by: 'scheduler' }, terms)).toBe(true);
    },
  );

  it.each(['user:ada', 'mcp:scheduler', 'Scheduler', 'schedulers', ''])(
    'is only for exactly the one who began the run, not for %j',
    (requestedBy) => {
      expect(allows(RULE, TERMS, requestedBy)).toBe(false);
    },
  );

  it('is one of several, of which one is enough', () => {
    const policy = withRules(RULE, { requested_by: 'mcp:desk', max_players: 4 });
    const request = { operation: BOOKING, terms: { ...TERMS, players: 4 } };

    expect(isAllowed(policy, { ...request, requestedBy: 'mcp:desk' })).toBe(true);
    expect(isAllowed(policy, { ...request, requestedBy: 'scheduler' })).toBe(false);
  });

  it('is not for another operation', () => {
    const operation = { action: 'golf', operation: 'cancel_reservation' };
    const request = { operation, requestedBy: 'scheduler', terms: TERMS };

    expect(isAllowed(withRules(RULE), request)).toBe(false);
    expect(isAllowed({}, request)).toBe(false);
  });

  it.each([
    ['sunday', '2026-03-08'],
    ['monday', '2026-03-09'],
    ['tuesday', '2026-03-10'],
    ['wednesday', '2026-03-11'],
    ['thursday', '2026-03-12'],
    ['friday', '2026-03-13'],
    ['saturday', '2026-03-14'],
  ])('for %s is for that day of the week', (weekday, date) => {
    const rule = { requested_by: 'scheduler', weekdays: [weekday] };
    const days = [8, 9, 10, 11, 12, 13, 14].map((day) => `2026-03-${`${day}`.padStart(2, '0')}`);

    expect(days.filter((day) => allows(rule, { ...TERMS, date: day }))).toEqual([date]);
  });
});

describe('the quotas', () => {
  it('of a booking are one a day and three a week', () => {
    expect(quotaLimits({}, BOOKING)).toEqual({ perDay: 1, perWeek: 3 });
  });

  it('are set one by one, also to zero', () => {
    const policy = policyOf({ 'golf.book_tee_time': { max_per_day: 0 } });

    expect(quotaLimits(policy, BOOKING)).toEqual({ perDay: 0, perWeek: 3 });
  });

  it('of an operation that nothing counts do not exist', () => {
    expect(quotaLimits({}, { action: 'golf', operation: 'cancel_reservation' })).toEqual({});
  });
});

describe('a policy', () => {
  it('of the documentation is valid, and allows what the text says', async () => {
    const text = await readFile('docs/guides/actions.md', 'utf8');
    const [, json = ''] = /### Policy\n[\s\S]*?```json\n([\s\S]*?)```/.exec(text) ?? [];
    const policy = parsePolicy(json, OPERATIONS);
    const allows = (requestedBy: string, terms: Terms) =>
      isAllowed(policy, { operation: BOOKING, requestedBy, terms });

    expect(allows('scheduler', TERMS)).toBe(true);
    expect(allows('scheduler', { ...TERMS, date: '2026-03-09' })).toBe(false);
    expect(allows('mcp:desk', { ...TERMS, max_total_cents: 6_000 })).toBe(true);
    expect(allows('mcp:desk', TERMS)).toBe(false);
    expect(quotaLimits(policy, BOOKING)).toEqual({ perDay: 2, perWeek: 3 });
  });

  it('may be empty', () => {
    expect(policyOf({})).toEqual({});
  });

  it.each([
    ['text', 'tomorrow', 'is not JSON'],
    ['a list', '[]', ''],
    ['null', 'null', ''],
    ['an unknown operation', '{"golf.book":{}}', 'golf.book'],
    ['an operation that only reads', '{"weather.get_forecast":{}}', 'weather.get_forecast'],
    ['a name twice', '{"http.call":{},"http.call":{}}', 'http.call'],
    ['a prototype', '{"__proto__":{}}', '__proto__'],
    ['an unknown field', '{"golf.book_tee_time":{"max_per_month":1}}', 'max_per_month'],
    ['a limit of something that nothing counts', '{"http.call":{"max_per_day":1}}', 'max_per_day'],
    ['a negative limit', '{"golf.book_tee_time":{"max_per_day":-1}}', 'max_per_day'],
    ['a limit as text', '{"golf.book_tee_time":{"max_per_week":"3"}}', 'max_per_week'],
  ])('that is %s is refused as a whole', (_, text, named) => {
    const parse = () => parsePolicy(text, OPERATIONS);

    expect(parse).toThrow(AppError);
    expect(parse).toThrow(
      expect.objectContaining({
        kind: 'unavailable',
        code: 'CONFIG_UNAVAILABLE',
        message: expect.stringContaining(named),
      }),
    );
  });

  it.each([
    ['without requested_by', { courses: ['birdsfoot'] }, 'requested_by'],
    ['for everybody', { requested_by: '*' }, 'without *'],
    ['with a pattern', { requested_by: 'mcp:*' }, 'without *'],
    ['for nobody in particular', { requested_by: 'mcp:' }, 'requested_by'],
    ['with an unknown field', { requested_by: 'scheduler', course: 'birdsfoot' }, 'course'],
    ['with an empty list', { requested_by: 'scheduler', courses: [] }, 'courses'],
    ['with a short weekday', { requested_by: 'scheduler', weekdays: ['sat'] }, 'weekdays.0'],
    ['with a time without minutes', { requested_by: 'scheduler', from: '7' }, 'from'],
    ['with a time that does not exist', { requested_by: 'scheduler', to: '24:00' }, 'to'],
    ['over midnight', { requested_by: 'scheduler', from: '22:00', to: '06:00' }, 'to'],
    [
      'with part of a cent',
      { requested_by: 'scheduler', max_total_cents: 90.5 },
      'max_total_cents',
    ],
    [
      'with a limit that is null',
      { requested_by: 'scheduler', max_total_cents: null },
      'max_total_cents',
    ],
    ['with nobody to play', { requested_by: 'scheduler', max_players: 0 }, 'max_players'],
  ])('with a rule %s is refused', (_, rule, named) => {
    expect(() => withRules(rule)).toThrow(named);
  });
});
