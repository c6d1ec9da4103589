import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { fetchReservations } from '#lib/actions/golf/fetch-reservations.ts';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { AppError } from '#lib/platform/errors.ts';
import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';
import { HOSTILE } from '#test/support/arbitrary.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { bookings } from './bookings.ts';
import { golfActions } from './golf-actions.ts';

/** A right value most of the time, else a hostile one. */
const mostly = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: HOSTILE });

const startTime = fc.constantFrom(
  ...[
    '2026-07-07T08:10:00',
    '2026-07-07T08:10:00Z',
    '2026-07-08T23:59',
    '9999-12-31T23:59:59-12:00',
  ],
  ...['2026-07-07T08:10:00+14:00', '2026-07-07', '0000-01-01T00:00:00', '2026-07-07T25:00:00'],
);
const price = fc.oneof(
  fc.constantFrom<unknown>('45.50', 45.5, '-1', '1e9', null, '0.005', 999_999.99),
  fc.double(),
);
const slot = fc.record({
  teeSheetId: mostly(fc.nat()),
  startTime: mostly(startTime),
  courseId: mostly(fc.constantFrom(1, 2, null)),
  holes: mostly(fc.constantFrom(9, 18)),
  availableParticipantNo: mostly(fc.array(fc.nat(4))),
  minPlayer: mostly(fc.nat(4)),
  maxPlayer: mostly(fc.nat(4)),
  shItemPrices: mostly(
    fc.array(
      mostly(
        fc.record({
          shItemCode: mostly(fc.constantFrom('GreenFee18', 'GreenFee9', 'HalfCart18')),
          taxInclusivePrice: mostly(price),
        }),
      ),
    ),
  ),
});
const content = mostly(fc.array(mostly(slot), { maxLength: 6 }));
const search = fc.oneof(
  content,
  fc.record({ isSuccess: mostly(fc.boolean()), content }),
  fc.record({ error: mostly(fc.string()), errors: mostly(fc.array(fc.string())) }),
);
const page = fc.record({
  items: mostly(
    fc.array(
      mostly(
        fc.record({
          reservationId: mostly(fc.nat()),
          startTime: mostly(startTime),
          numberOfPlayer: mostly(fc.integer({ min: 1, max: 4 })),
          reservationConfirmKey: mostly(fc.string()),
        }),
      ),
      { maxLength: 3 },
    ),
  ),
  totalPages: mostly(fc.constantFrom(0, 1, 2)),
});

const KINDS: readonly string[] = ['invalid', 'unavailable'];

/** What is shown of a run: its texts, or its error. Any other error fails the test. */
const shownBy = async (operation: ActionOperation, running: Promise<unknown>): Promise<string> => {
  try {
    const output = await running;
    expect(z.safeParse(operation.output, output).success).toBe(true);
    return operation.present(output).join('\n');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(KINDS).toContain(error.kind);
    return error.message;
  }
};

describe.each(['east', 'west'] as const)('whatever the site answers at %s', (course) => {
  it.each([
    {
      operation: searchTeeTimes,
      resource: 'TeeTimes',
      input: { course, date: '2026-07-07', players: 2 },
      answer: search,
    },
    {
      operation: fetchReservations,
      resource: 'UpcomingReservation',
      input: { course },
      answer: page,
    },
  ])('$resource gives an output or an AppError, and a safe text', async (one) => {
    const { operation, resource, input, answer } = one;
    const { run, reply } = await golfActions({ timeoutMs: 900 });

    await fc.assert(
      fc.asyncProperty(answer, async (body) => {
        reply(resource, body);

        const shown = await shownBy(operation, run(operation, input));
        expect(shown.trim()).not.toBe('');
        expect(unsafeIn(shown.replaceAll('\n', ''))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

const id = mostly(fc.constantFrom<unknown>('7c9d2e64', 7, '../..', ''));
const text = fc.oneof(fc.string(), fc.constant(HOSTILE_TEXT), fc.constant(''));
const flags = mostly(fc.constantFrom<unknown>(0, 1, 2, '1', true));
const ids = mostly(fc.array(mostly(fc.nat()), { maxLength: 3 }));
const ANSWERS = {
  LockTeeTimes: fc.record({ error: mostly(text), warning: mostly(text) }),
  TeeTimePricesCalculation: fc.record({
    transactionId: id,
    summaryDetail: mostly(fc.record({ total: mostly(price), totalDueAtCourse: mostly(price) })),
  }),
  ReserveTeeTimes: fc.record({
    ...{ reservationResult: flags, reservationId: id, bookingIds: ids },
    ...{ confirmationKey: mostly(text), error: mostly(text) },
  }),
  UpcomingReservation: page,
};

describe.each(['east', 'west'] as const)('whatever the site answers to a booking at %s', (at) => {
  it.each(Object.keys(ANSWERS) as (keyof typeof ANSWERS)[])(
    '%s gives a receipt or an AppError, and a safe text',
    async (resource) => {
      const { here, reply, wish, stepsOf } = await bookings(at, { timeoutMs: 900 });
      const input = await wish();

      await fc.assert(
        fc.asyncProperty(
          mostly(ANSWERS[resource]),
          fc.constantFrom(200, 400),
          async (body, status) => {
            here.reset();
            const steps = stepsOf(bookTeeTime);
            reply(resource, body, status);

            const shown = await shownBy(
              bookTeeTime,
              (async () => {
                const plan = await steps.prepare(input);
                const receipt = await steps.commit(plan);
                await steps.verify(plan).catch(() => undefined);
                return bookTeeTime.outputOf(plan, receipt);
              })(),
            );

            expect(shown.trim()).not.toBe('');
            expect(unsafeIn(shown.replaceAll('\n', ''))).toEqual([]);
            expect(here.reservations().length).toBeLessThanOrEqual(1);
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});
