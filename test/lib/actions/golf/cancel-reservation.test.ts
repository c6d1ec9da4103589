import { describe, expect, it } from 'vitest';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { cancelReservation } from '#lib/actions/golf/cancel-reservation.ts';
import type { Preparation } from '#lib/actions/irreversible.ts';
import type { Plan, Receipt } from '#lib/effects/effect-schema.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { GolfFault } from '#scripts/local/golf/golf-faults.ts';
import { failure } from '#test/lib/http/requests.ts';
import { bookings, TUESDAY_DATE } from './bookings.ts';

/** A golfer with one reservation of Tuesday. `isOurs` says whether the ledger knows it. */
const setup = async (at: 'east' | 'west', { isOurs = true, isListed = at === 'west' } = {}) => {
  const world = await bookings(at, { site: { listsBookingIds: isListed }, timeoutMs: 1_000 });
  const { subject } = await world.stepsOf(bookTeeTime).targetOf(await world.wish());
  const { receipt } = await world.book();
  const asked: unknown[] = [];
  const findConfirmed: Preparation['findConfirmed'] = async (...wanted) => {
    asked.push(wanted);
    return isOurs ? { effectId: 'eff_booking', subject: '', receipt } : undefined;
  };
  const input = { course: at, reservation_id: receipt.id };
  const steps = world.stepsOf(cancelReservation);
  return {
    ...world,
    asked,
    subject,
    receipt,
    input,
    steps,
    prepare: (over: Partial<Preparation> = {}) => steps.prepare(input, { findConfirmed, ...over }),
  };
};

const idsIn = ({ data }: Plan) => (data as { booking_ids: number[] }).booking_ids;

/** `isGone` says whether the site cancelled it. */
const FAULTS: readonly { fault: GolfFault; code: string; isGone: boolean }[] = [
  { fault: 'answers 500 after committing', code: 'HTTP_5XX', isGone: true },
  { fault: 'cuts the connection after committing', code: 'HTTP_CONNECTION', isGone: true },
  { fault: 'truncated JSON', code: 'UNREADABLE_RESPONSE', isGone: true },
  { fault: 'wrong content type', code: 'UNREADABLE_RESPONSE', isGone: true },
  { fault: 'answers 503', code: 'HTTP_5XX', isGone: false },
  { fault: 'hangs', code: 'HTTP_TIMEOUT', isGone: false },
  { fault: 'HTML instead of JSON', code: 'UNREADABLE_RESPONSE', isGone: false },
  { fault: 'bot challenge', code: 'BLOCKED_BY_PROVIDER', isGone: false },
];

describe.each(['east', 'west'] as const)('a cancellation at %s', (at) => {
  it('cancels a reservation of ours by one request, and names the booking that it reverses', async () => {
    const { here, calls, receipt, prepare, steps, asked } = await setup(at);
    const plan = await prepare();
    calls.length = 0;

    const cancelled = await steps.commit(plan);

    expect(cancelled).toEqual({ id: receipt.id });
    expect(calls.map(({ path }) => path)).toEqual([expect.stringMatching(/\/CancelReservation$/)]);
    expect(here.reservations()).toEqual([]);
    expect(here.refusals).toEqual([]);
    expect(plan).toMatchObject({
      known: [],
      reverses: { effect_id: 'eff_booking', receipt_id: receipt.id },
    });
    expect(asked).toEqual([['book_tee_time', ['10042', at, TUESDAY_DATE]]]);
    const output = cancelReservation.outputOf(plan, cancelled);
    expect(cancelReservation.present(output)).toEqual([
      `Cancelled: ${here.course.title}, Tuesday, July 7, 2026, 8:00 AM, 2 players\nReservation: ${receipt.id}`,
    ]);
  });

  it('reverses nothing when the booking of that day is another reservation', async () => {
    const { prepare } = await setup(at, { isListed: true });
    const other: Receipt = { id: '1', booking_ids: [1] };

    const plan = await prepare({
      findConfirmed: async () => ({ effectId: 'eff_booking', subject: '', receipt: other }),
    });

    expect(plan.reverses).toBeUndefined();
    expect(idsIn(plan)).not.toContain(1);
  });

  it('reverses a booking that only a person confirmed, if day, time and players are the same', async () => {
    const { prepare, subject } = await setup(at, { isListed: true });
    const reversedBy = async (subjectOfBooking: string) => {
      const booking = { effectId: 'eff_booking', subject: subjectOfBooking, receipt: undefined };
      return (await prepare({ findConfirmed: async () => booking })).reverses;
    };

    expect(await reversedBy(subject)).toEqual({ effect_id: 'eff_booking' });
    expect(await reversedBy(subject.replace('2 players', '3 players'))).toBeUndefined();
  });

  it('waits while the outcome of the booking is open', async () => {
    const { prepare } = await setup(at);
    const open = new AppError('unavailable', 'EFFECT_IN_PROGRESS', 'the outcome is open');

    const error = await failure(prepare({ findConfirmed: () => Promise.reject(open) }));

    expect(error).toBe(open);
  });

  it('refuses a reservation that the golfer does not have', async () => {
    const { here, steps } = await setup(at);

    const error = await failure(steps.prepare({ course: at, reservation_id: '1' }));

    expect(error).toMatchObject({ kind: 'not-found', code: 'EFFECT_REJECTED' });
    expect(error.message).toContain(`https://${at}.example/book`);
    expect(here.reservations()).toHaveLength(1);
  });

  it.each(FAULTS)('ends with $code when the site $fault', async ({ fault, code, isGone }) => {
    const { here, prepare, steps } = await setup(at);
    const plan = await prepare();
    here.faults.switchOn(fault, 1);

    const error = await failure(steps.commit(plan));

    expect(error.code).toBe(code);
    here.faults.switchAllOff();
    expect(here.reservations()).toHaveLength(isGone ? 0 : 1);
    expect((await steps.verify(plan)).is).toBe(isGone ? 'confirmed' : 'absent');
  });

  it('is confirmed by the list with the id of the reservation', async () => {
    const { receipt, prepare, steps } = await setup(at);
    const plan = await prepare();
    await steps.commit(plan);

    expect(await steps.verify(plan)).toEqual({ is: 'confirmed', receipt: { id: receipt.id } });
  });

  it('is unclear after the tee time, when the site lists it no more in any case', async () => {
    const { time, prepare, steps } = await setup(at);
    const plan = await prepare();

    time.ms = (plan.data as { start_ms: number }).start_ms;

    expect(await steps.verify(plan)).toEqual({ is: 'unclear' });
  });

  it('is refused with the reason of the site', async () => {
    const { here, prepare, steps } = await setup(at);
    const plan = await prepare();
    await steps.commit(plan);

    const error = await failure(steps.commit(plan));

    expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
    expect(error.message).toContain('The bookings are not one reservation.');
    expect(here.reservations()).toEqual([]);
  });

  it('is not known after an answer that says neither', async () => {
    const { prepare, steps, reply } = await setup(at);
    const plan = await prepare();
    reply('CancelReservation', { errors: [] });

    expect(await failure(steps.commit(plan))).toMatchObject({
      kind: 'unavailable',
      code: 'UNREADABLE_RESPONSE',
    });
  });
});

describe('the bookings of a reservation', () => {
  it('are those of the list when the platform did not book it', async () => {
    const { here, prepare } = await setup('east', { isOurs: false, isListed: true });

    const plan = await prepare();

    expect(idsIn(plan)).toEqual(here.reservations()[0]?.bookingIds);
    expect(plan.reverses).toBeUndefined();
  });

  it('are unknown when neither the ledger nor the list has them', async () => {
    const { here, prepare } = await setup('east', { isOurs: false });

    const error = await failure(prepare());

    expect(error).toMatchObject({ kind: 'invalid', code: 'EFFECT_REJECTED' });
    expect(error.message).toContain('https://east.example/book');
    expect(here.reservations()).toHaveLength(1);
  });
});

describe('the reason of a cancellation', () => {
  it('is that of the course', async () => {
    const world = await bookings('west', {
      site: { cancelReasonIds: [7] },
      course: { cancel_reason_id: 7 },
    });
    const { receipt } = await world.book();
    const steps = world.stepsOf(cancelReservation);

    await steps.commit(await steps.prepare({ course: 'west', reservation_id: receipt.id }));

    expect(world.here.reservations()).toEqual([]);
  });
});
