import { describe, expect, it } from 'vitest';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import type { GolfFault } from '#scripts/local/golf/golf-faults.ts';
import { failure } from '#test/lib/http/requests.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';
import { bookings, type FoundSlot } from './bookings.ts';

const setup = async (at: 'east' | 'west', options = {}) => {
  const world = await bookings(at, options);
  const resources = () =>
    world.calls.map(({ path }) => path.replace(/^.*\/onlinereservation\/|\?.*$/g, ''));
  return { ...world, resources, steps: world.stepsOf(bookTeeTime) };
};

/** Faults after which nothing was sent. `says` is a part of the error. */
const FAULTS_BEFORE: readonly { fault: GolfFault; code: string; says?: string }[] = [
  { fault: 'error in a 200', code: 'EFFECT_REJECTED', says: 'no longer available' },
  { fault: 'slot taken', code: 'EFFECT_REJECTED', says: 'taken by another golfer' },
  { fault: 'false NO_TEETIMES', code: 'EFFECT_REJECTED', says: 'taken' },
  { fault: 'not yet released', code: 'REFUSED_BY_PROVIDER', says: 'not yet released' },
  { fault: 'answers 429', code: 'HTTP_429' },
  { fault: 'answers 500', code: 'HTTP_5XX' },
  { fault: 'answers 503', code: 'HTTP_5XX' },
  { fault: 'cuts the connection', code: 'HTTP_CONNECTION' },
  { fault: 'bot challenge', code: 'BLOCKED_BY_PROVIDER' },
  { fault: 'HTML instead of JSON', code: 'BLOCKED_BY_PROVIDER' },
  { fault: 'truncated JSON', code: 'UNREADABLE_RESPONSE' },
  { fault: 'wrong charset', code: 'UNREADABLE_RESPONSE' },
  { fault: 'wrong content type', code: 'UNREADABLE_RESPONSE' },
  { fault: 'deep JSON', code: 'UNREADABLE_RESPONSE' },
  { fault: 'body of 2 MB', code: 'RESPONSE_TOO_LARGE' },
  { fault: 'refuses tokens', code: 'CREDENTIALS_REFUSED' },
  { fault: 'token endpoint fails', code: 'HTTP_5XX' },
  { fault: 'tokens are expired', code: 'UNREADABLE_RESPONSE' },
  { fault: 'tokens without golferId', code: 'UNREADABLE_RESPONSE' },
];

/** What the site does with the one request. `minutes` pass until it lists what it booked. */
const FAULTS_AFTER: readonly {
  fault: GolfFault;
  code: string;
  outcome: 'refused' | 'unknown';
  isBooked: boolean;
  minutes?: number;
}[] = [
  { fault: 'answers 500 after committing', code: 'HTTP_5XX', outcome: 'unknown', isBooked: true },
  {
    fault: 'cuts the connection after committing',
    code: 'HTTP_CONNECTION',
    outcome: 'unknown',
    isBooked: true,
  },
  { fault: 'commits late', code: 'HTTP_5XX', outcome: 'unknown', isBooked: true, minutes: 11 },
  { fault: 'truncated JSON', code: 'UNREADABLE_RESPONSE', outcome: 'unknown', isBooked: true },
  { fault: 'wrong charset', code: 'UNREADABLE_RESPONSE', outcome: 'unknown', isBooked: true },
  { fault: 'wrong content type', code: 'UNREADABLE_RESPONSE', outcome: 'unknown', isBooked: true },
  { fault: 'body of 2 MB', code: 'RESPONSE_TOO_LARGE', outcome: 'unknown', isBooked: true },
  { fault: 'deep JSON', code: 'UNREADABLE_RESPONSE', outcome: 'unknown', isBooked: false },
  {
    fault: 'HTML instead of JSON',
    code: 'UNREADABLE_RESPONSE',
    outcome: 'unknown',
    isBooked: false,
  },
  { fault: 'hangs', code: 'HTTP_TIMEOUT', outcome: 'unknown', isBooked: false },
  { fault: 'cuts the connection', code: 'HTTP_CONNECTION', outcome: 'unknown', isBooked: false },
  { fault: 'answers 500', code: 'HTTP_5XX', outcome: 'unknown', isBooked: false },
  { fault: 'answers 503', code: 'HTTP_5XX', outcome: 'unknown', isBooked: false },
  { fault: 'answers 429', code: 'UNREADABLE_RESPONSE', outcome: 'unknown', isBooked: false },
  { fault: 'bot challenge', code: 'BLOCKED_BY_PROVIDER', outcome: 'refused', isBooked: false },
  {
    fault: 'booking fails in a 200',
    code: 'REFUSED_BY_PROVIDER',
    outcome: 'refused',
    isBooked: false,
  },
];

describe.each(['east', 'west'] as const)('a booking at %s', (at) => {
  it('is carried out once, with the price that was calculated', async () => {
    const { here, wish, steps } = await setup(at);
    const input = await wish();

    const plan = await steps.prepare(input);
    const receipt = await steps.commit(plan);

    const [reservation, ...more] = here.reservations();
    expect(more).toEqual([]);
    expect(receipt).toEqual({
      id: `${reservation?.reservationId}`,
      confirmation: reservation?.confirmationKey,
      booking_ids: reservation?.bookingIds,
    });
    expect(plan.total_cents).toBe(Math.round((reservation?.total ?? 0) * 100));
    expect(reservation).toMatchObject({ golferId: 4_711, holes: 18 });
    expect(reservation?.seats).toHaveLength(2);
    expect(bookTeeTime.outputOf(plan, receipt)).toEqual({
      course: at,
      course_title: here.course.title,
      reservation_id: receipt.id,
      confirmation: reservation?.confirmationKey,
      start_time: input.start_time,
      players: 2,
      holes: 18,
      total_cents: plan.total_cents,
      due_at_course_cents: plan.total_cents,
    });
    expect(here.refusals).toEqual([]);
  });

  it('commits by exactly one request', async () => {
    const { calls, wish, steps, resources } = await setup(at);
    const plan = await steps.prepare(await wish());
    calls.length = 0;

    await steps.commit(plan);

    expect(resources()).toEqual(['ReserveTeeTimes']);
  });

  it('stores nothing about the person in the plan', async () => {
    const { wish, steps } = await setup(at);

    const plan = await steps.prepare(await wish());

    expect(JSON.stringify(plan)).not.toMatch(/ada@example|10042|4711/);
  });

  it('takes a free place for each player', async () => {
    const { here, search, wish, steps } = await setup(at);
    const [partly] = (await search({ players: 2, max_results: 20 })).filter(
      ({ free_places }) => free_places === 2,
    );

    const plan = await steps.prepare(
      await wish({ slot_id: partly?.slot_id, start_time: partly?.start_time }),
    );
    await steps.commit(plan);

    expect(here.reservations()[0]?.seats).toEqual([3, 4]);
  });

  it('locks with the same session in each run of a generation, and with another one in the next', async () => {
    const { wish, steps } = await setup(at);
    const input = await wish();
    const sessionOf = async (generation: number) => {
      const plan = await steps.prepare(input, { generation });
      await steps.release(plan);
      return (plan.data as { session_id: string }).session_id;
    };

    const sessions = [await sessionOf(1), await sessionOf(1), await sessionOf(2)];

    expect(sessions[0]).toBe(sessions[1]);
    expect(sessions[0]).not.toBe(sessions[2]);
  });

  it('releases the tee time for others', async () => {
    const { wish, steps } = await setup(at);
    const input = await wish();
    await steps.release(await steps.prepare(input));

    const again = await steps.prepare(input, { effectId: 'eff_2' });

    expect(again.total_cents).toBeGreaterThan(0);
  });

  it('records the reservation that already matches, and does not take it for its own', async () => {
    const { book, search, wish, steps, reply } = await setup(at);
    const free = (await search({ max_results: 20 })).find(({ free_places }) => free_places === 4);
    const { plan: first, receipt } = await book(sameTime(free));
    // A site that does not warn.
    reply('LockTeeTimes', { error: '', warning: '' });
    reply('TeeTimePricesCalculation', {
      transactionId: '0b0f4a52-1d1e-4c80-9a57-0c5f3a1f7e01',
      summaryDetail: { total: 90 },
    });

    const plan = await steps.prepare(await wish(sameTime(free)));

    expect(plan.known).toEqual([receipt.id]);
    expect(await steps.verify(first, [])).toEqual({ is: 'confirmed', receipt: expect.anything() });
    expect(await steps.verify(plan)).toEqual({ is: 'absent' });
  });

  it.each(FAULTS_BEFORE)('ends with $code before it is sent: $fault', async (one) => {
    const { here, wish, steps } = await setup(at);
    const input = await wish();
    here.expireTokens();
    here.faults.switchOn(one.fault);

    const error = await failure(steps.prepare(input));

    expect(error.code).toBe(one.code);
    expect(error.message).toContain(one.says ?? '');
    expect(unsafeIn(error.message)).toEqual([]);
    here.faults.switchAllOff();
    expect(here.reservations()).toEqual([]);
    expect((await steps.prepare(input, { effectId: 'eff_2' })).total_cents).toBeGreaterThan(0);
  });

  it.each([
    'duplicate slots',
    'prices as text',
    'slots without prices',
    'times with offset',
    'hostile strings',
    'expires_in is 0',
  ] as const)('is carried out despite %s', async (fault) => {
    const { here, wish, steps } = await setup(at);
    here.faults.switchOn(fault);

    const plan = await steps.prepare(await wish());
    const receipt = await steps.commit(plan);

    expect(here.reservations()).toHaveLength(1);
    const [text = ''] = bookTeeTime.present(bookTeeTime.outputOf(plan, receipt));
    expect(text).toMatch(/^Booked: /);
    expect(unsafeIn(text.replaceAll('\n', ''))).toEqual([]);
  });

  it.each(FAULTS_AFTER)('is $outcome when the site $fault', async (one) => {
    const { here, time, wish, steps, stepsOf } = await setup(at, { timeoutMs: 1_000 });
    const plan = await steps.prepare(await wish());
    here.faults.switchOn(one.fault, 1);

    const error = await failure(steps.commit(plan));

    const isRefused = ['REFUSED_BY_PROVIDER', 'BLOCKED_BY_PROVIDER'].includes(error.code);
    expect([error.code, isRefused, error.sent !== false]).toEqual([
      one.code,
      one.outcome === 'refused',
      true,
    ]);
    time.ms += (one.minutes ?? 0) * MINUTE_MS;
    here.faults.switchAllOff();
    expect(here.reservations()).toHaveLength(one.isBooked ? 1 : 0);
    expect((await stepsOf(bookTeeTime).verify(plan)).is).toBe(
      one.isBooked ? 'confirmed' : 'absent',
    );
  });

  it('is absent until the site lists it, when it carries the call out late', async () => {
    const { here, time, wish, steps, stepsOf } = await setup(at);
    const plan = await steps.prepare(await wish());
    here.faults.switchOn('commits late');
    await failure(steps.commit(plan));

    const first = await steps.verify(plan);
    time.ms += 11 * MINUTE_MS;
    const second = await stepsOf(bookTeeTime).verify(plan);

    expect([first.is, second.is]).toEqual(['absent', 'confirmed']);
    expect(11).toBeLessThan(bookTeeTime.settleMinutes);
  });

  it('is unclear when the list cannot be read, and when the tee time has passed', async () => {
    const { here, time, book } = await setup(at);
    const { plan, steps } = await book();
    here.faults.switchOn('answers 500');
    await expect(steps.verify(plan)).rejects.toMatchObject({ kind: 'unavailable' });
    here.faults.switchAllOff();

    time.ms = (plan.data as { start_ms: number }).start_ms;

    expect(await steps.verify(plan)).toEqual({ is: 'unclear' });
  });

  it('waits for a lock that may be its own, and is rejected when it is not', async () => {
    const { here, time, wish, steps, stepsOf } = await setup(at);
    const input = await wish();
    await steps.prepare(input);
    const earlierMs = time.ms;
    time.ms += MINUTE_MS;

    const soon = await failure(stepsOf(bookTeeTime).prepare(input, { earlierMs }));
    time.ms += soon.retryAfterMs ?? 0;
    const nextRun = stepsOf(bookTeeTime);
    const later = await nextRun.prepare(input, { earlierMs });
    here.faults.switchOn('slot taken');
    const taken = await failure(nextRun.prepare(input, { earlierMs }));

    expect(soon).toMatchObject({ kind: 'unavailable', code: 'EFFECT_IN_PROGRESS' });
    expect(soon.retryAfterMs).toBe(11 * MINUTE_MS);
    expect(later.total_cents).toBeGreaterThan(0);
    expect(taken).toMatchObject({ kind: 'invalid', code: 'EFFECT_REJECTED' });
  });

  it('is rejected when the golfer has another reservation on that day, and gives the lock back', async () => {
    const { here, golfer, search, wish, steps } = await setup(at);
    const [, , other] = await search();
    const ada = await golfer();
    const [first] = await ada.slots();
    if (first !== undefined) await ada.book(first);
    const input = await wish({ ...sameTime(other), players: 1 });

    const error = await failure(steps.prepare(input));

    expect(error).toMatchObject({ kind: 'invalid', code: 'EFFECT_REJECTED' });
    expect(error.message).toContain('already have a reservation');
    here.reset();
    expect((await steps.prepare(input)).known).toEqual([]);
  });

  it('asks for the price before it books, so that a higher one can be refused', async () => {
    const { here, search, wish, steps } = await setup(at);
    const [slot] = await search();
    here.faults.switchOn('price drift');

    const plan = await steps.prepare(await wish());

    expect(plan.total_cents).toBeGreaterThan((slot?.total_cents ?? 0) * 1.2);
    expect(here.reservations()).toEqual([]);
  });
});

describe('the answer to a booking', () => {
  it.each([
    { body: {}, status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: [], status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: { reservationResult: 1 }, status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: { reservationResult: 1, reservationId: 0 }, status: 200, ends: 'UNREADABLE_RESPONSE' },
    {
      body: { reservationResult: '1', reservationId: 7 },
      status: 200,
      ends: 'UNREADABLE_RESPONSE',
    },
    { body: { reservationResult: 0, reservationId: 7 }, status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: { reservationResult: 0, bookingIds: [7] }, status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: { error: 'try again' }, status: 200, ends: 'UNREADABLE_RESPONSE' },
    { body: { reservationResult: 0 }, status: 302, ends: 'UNREADABLE_RESPONSE' },
    { body: { reservationResult: 0, error: 'full' }, status: 200, ends: 'REFUSED_BY_PROVIDER' },
    { body: { reservationResult: 4, reservationId: 0 }, status: 200, ends: 'REFUSED_BY_PROVIDER' },
    {
      body: 'Current online booking transaction is invalid.',
      status: 400,
      ends: 'REFUSED_BY_PROVIDER',
    },
    { body: { message: 'taken' }, status: 409, ends: 'REFUSED_BY_PROVIDER' },
  ])('$status with $body ends with $ends', async ({ body, status, ends }) => {
    const { wish, steps, reply } = await setup('east');
    const plan = await steps.prepare(await wish());
    reply('ReserveTeeTimes', body, status);

    const error = await failure(steps.commit(plan));

    expect(error.code).toBe(ends);
    expect(error.kind).toBe(ends === 'REFUSED_BY_PROVIDER' ? 'invalid' : 'unavailable');
  });

  it('is a receipt as soon as it names the reservation', async () => {
    const { wish, steps, reply } = await setup('east');
    const plan = await steps.prepare(await wish());
    reply('ReserveTeeTimes', { reservationResult: 1, reservationId: 'R-7', confirmationKey: null });

    const receipt = await steps.commit(plan);

    expect(receipt).toEqual({ id: 'R-7' });
    expect(bookTeeTime.present(bookTeeTime.outputOf(plan, receipt))).toEqual([
      expect.stringContaining('Reservation: R-7'),
    ]);
  });
});

const sameTime = ({ slot_id, start_time }: Partial<FoundSlot> = {}) => ({ slot_id, start_time });
