import { describe, expect, it } from 'vitest';
import { type ApprovedMessage, runOutcome } from '#handlers/web/app/approvals/run-outcome.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

const outcomeOf = (fields: Partial<ApprovedMessage>) =>
  runOutcome({ status: 'queued', valid_until: '2026-03-01T13:00:00.000Z', ...fields }, NOW_MS);

describe('the outcome of what was approved', () => {
  it('is what the action says when it is done', () => {
    const result = { summary: 'Booked: Birdsfoot, 08:10' };

    expect(outcomeOf({ status: 'completed', result })).toEqual({
      tone: 'ok',
      title: 'Done.',
      details: 'Booked: Birdsfoot, 08:10',
    });
  });

  it('says that it happened only once when it was done before', () => {
    const { tone, title, details } = outcomeOf({
      status: 'completed',
      result: { already_done: true, summary: 7 },
    });

    expect({ tone, title, details }).toEqual({
      tone: 'ok',
      title: 'It was done before, and only once.',
      details: undefined,
    });
  });

  it.each([
    { code: 'PRICE_ABOVE_LIMIT', title: /above your limit/ },
    { code: 'EFFECT_REJECTED', title: /refused/ },
    { code: 'EFFECT_UNKNOWN', title: /not known whether/ },
    { code: 'QUOTA_EXCEEDED', title: /at its limit/ },
    { code: 'EFFECT_EXISTS', title: /stands in the way/ },
    { code: 'toString', title: /does not know/ },
  ])('is bad and says what to do when it failed with $code', ({ code, title }) => {
    const outcome = outcomeOf({ status: 'failed', error_code: code, error_message: 'why' });

    expect(outcome.title).toMatch(title);
    expect(outcome).toMatchObject({ tone: 'bad', details: 'why' });
    expect(outcome.text).toMatch(/\.$/);
  });

  it.each(['EFFECT_UNKNOWN', 'EFFECT_IN_PROGRESS'])(
    'is not known yet while the message waits with %s',
    (error_code) => {
      const outcome = outcomeOf({ error_code, not_before: '2026-03-01T12:03:00.000Z' });

      expect(outcome).toMatchObject({
        tone: 'warn',
        title: expect.stringMatching(/not known yet/),
      });
    },
  );

  it('is on its way while the message runs or is released', () => {
    for (const fields of [
      { status: 'processing' },
      { status: 'queued' },
      { due_bucket: 'held-approval', error_code: 'APPROVAL_PENDING' },
    ] as const) {
      expect(outcomeOf(fields)).toMatchObject({ tone: 'info', title: 'It is being carried out …' });
    }
  });

  it('waits for a service that does not work', () => {
    const held = { due_bucket: 'held-cps-birdsfoot', error_code: 'CIRCUIT_OPEN' };

    expect(outcomeOf(held)).toMatchObject({
      tone: 'warn',
      title: expect.stringContaining('cps-birdsfoot'),
    });
  });
});
