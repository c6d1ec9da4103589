import { expect, it } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { refusalOutcome } from '#lib/schedules/requests/change-outcome.ts';
import { aMessage } from '#test/support/builders.ts';

it('marks a reason, a path and a problem that it shortens', () => {
  const long = 'a'.repeat(500);
  const error = new AppError('invalid', 'VALIDATION_ERROR', long, {
    details: [{ path: long, problem: long }],
  });

  const outcome = refusalOutcome(aMessage({ message_type: 'schedule_creation' }), error);

  const text = JSON.stringify(outcome);
  expect(text).not.toContain('a'.repeat(201));
  expect(text.match(/a+…/g)?.length).toBeGreaterThanOrEqual(3);
});
