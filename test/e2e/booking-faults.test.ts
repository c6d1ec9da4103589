import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { type Bookings, openBookings } from './support/bookings.ts';

/** The waits between verifications. Count. */
const WAITS = 6;

describe('a booking at a course', () => {
  let golf: Bookings;

  beforeAll(async () => {
    golf = await openBookings();
  }, 120_000);

  afterEach(() => golf.reset());

  afterAll(() => golf.close());

  const faultsOf = (course: string) => golf.services.golf.site(course).faults;

  /** Posts a booking that the course carries out late, and waits until its outcome is not known. */
  const lateBooking = async (course = 'east') => {
    const wish = golf.newSlot(course);
    faultsOf(course).switchOn('commits late', 1);
    const posted = await golf.book(wish);
    const waiting = await golf.seen(posted, 'an unknown outcome', isVerified(1));
    return { wish, posted, waiting };
  };

  const isVerified =
    (count: number) =>
    ({ status, error_code, retry_count }: Message) =>
      status === 'queued' && error_code === 'EFFECT_UNKNOWN' && retry_count >= count;

  /** The course lists every reservation from now on. */
  const listAll = (course: string) => {
    for (const reservation of golf.services.golf.site(course).reservations()) {
      reservation.listedFromMs = 0;
    }
  };

  /** The course never answers whether there is a reservation, until the platform gives up. */
  const giveUp = async (posted: Message, course = 'east'): Promise<Message> => {
    faultsOf(course).switchOn('truncated JSON');
    for (let wait = 1; wait < WAITS; wait += 1) {
      await golf.wake(posted);
      await golf.seen(posted, `verification ${wait + 1}`, isVerified(wait + 1));
    }
    await golf.wake(posted);
    const failed = await golf.ended(posted);
    await golf.reset();
    return failed;
  };

  it.each([
    { fault: 'cuts the connection after committing', course: 'east' },
    { fault: 'answers 500 after committing', course: 'west' },
  ] as const)('that $fault is found there, and made once', async ({ fault, course }) => {
    const wish = golf.newSlot(course);
    const commits = golf.commits(course);
    faultsOf(course).switchOn(fault, 1);

    const posted = await golf.book(wish);
    const [done] = await golf.runEnded(posted.correlation_id, 2);

    const [reservation, ...more] = golf.bookedOn(course, wish.start_time);
    expect(more).toEqual([]);
    expect(done).toMatchObject({
      status: 'completed',
      result: { data: { reservation_id: `${reservation?.reservationId}` } },
    });
    expect(golf.commits(course)).toBe(commits + 1);
    expect(await golf.pushesOf(posted.correlation_id)).toMatchObject([{ title: 'Golf booking' }]);
  });

  it('that carries it out late is asked until it lists the booking', async () => {
    const { wish, posted, waiting } = await lateBooking();
    const commits = golf.commits('east');
    const unknown = await golf.effectOf(posted);
    const another = await golf.book(wish);
    const blocked = await golf.seen(
      another,
      'a booking that waits',
      ({ retry_count }) => retry_count > 0,
    );

    await golf.wake(posted);
    await golf.seen(posted, 'a second verification', isVerified(2));
    listAll('east');
    await golf.wake(posted);
    const done = await golf.ended(posted);
    await golf.wake(another);
    const same = await golf.ended(another);

    const parkedMs = Date.parse(waiting.not_before ?? '') - Date.parse(waiting.updated_date);
    expect(Math.round(parkedMs / 1_000)).toBe(60);
    expect(unknown).toMatchObject({ status: 'unknown', absent_at: [], verify_count: 1 });
    expect(blocked).toMatchObject({ status: 'queued', error_code: 'EFFECT_IN_PROGRESS' });
    expect(done.status).toBe('completed');
    expect(same).toMatchObject({ status: 'completed', result: { already_done: true } });
    expect(await golf.effectOf(posted)).toMatchObject({ status: 'confirmed', generation: 1 });
    expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
    expect(golf.commits('east')).toBe(commits);
  });

  it('that never carries it out is asked twice after it has settled; a redrive books', async () => {
    const { wish, posted } = await lateBooking('west');
    const golfer = await golf.byHand('west');
    // What the course has not carried out is not there.
    await golfer.cancel(golf.bookedOn('west', wish.start_time)[0]?.bookingIds ?? [], {
      courseId: golf.services.golf.site('west').course.courseId,
    });
    const effect = await golf.effectOf(posted);

    await golf.age(effect, 21);
    await golf.wake(posted);
    await golf.seen(posted, 'an absent booking', isVerified(2));
    const absentOnce = await golf.effectOf(posted);
    await golf.age(effect, 2);
    await golf.wake(posted);
    const failed = await golf.ended(posted);
    const rejected = await golf.effectOf(posted);
    const usedBefore = await golf.used();
    await golf.redrive(posted);
    const done = await golf.ended(posted);

    expect(absentOnce).toMatchObject({ status: 'unknown', absent_at: [expect.any(String)] });
    expect(failed).toMatchObject({ status: 'failed', error_code: 'NOT_CARRIED_OUT' });
    expect(rejected).toMatchObject({ status: 'rejected', quota_keys: [] });
    expect(usedBefore).toMatchObject({ [wish.start_time.slice(0, 10)]: 0 });
    expect(done.status).toBe('completed');
    expect(await golf.effectOf(posted)).toMatchObject({
      ...{ status: 'confirmed', generation: 2, earlier_calls: [expect.anything()] },
    });
    expect(golf.bookedOn('west', wish.start_time)).toHaveLength(1);
    expect(await golf.used()).toMatchObject({ [wish.start_time.slice(0, 10)]: 1 });
  });

  it('that cannot tell leads to one urgent push; a redrive only asks again', {
    timeout: 120_000,
  }, async () => {
    const { wish, posted } = await lateBooking();
    const commits = golf.commits('east');

    const failed = await giveUp(posted);
    const [push] = await golf.eventually('a push', { runs: [posted.correlation_id] }, async () => {
      const pushes = await golf.pushesOf(posted.correlation_id);
      return pushes.length > 0 && pushes;
    });
    listAll('east');
    const redriven = await golf.redrive(posted);
    const done = await golf.ended(posted);

    expect(failed).toMatchObject({ status: 'failed', error_code: 'EFFECT_UNKNOWN' });
    expect(push).toMatchObject({ priority: 5, message: expect.stringContaining('Tee time: ') });
    expect(JSON.stringify(push)).toContain(golf.services.golf.site('east').url);
    expect(redriven.status).toBe(202);
    expect(done.status).toBe('completed');
    expect(golf.commits('east')).toBe(commits);
    expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
  });

  it('that cannot tell is settled by a person: carried out, and then not redriven', {
    timeout: 120_000,
  }, async () => {
    const { wish, posted } = await lateBooking('west');
    await giveUp(posted, 'west');
    const effect = await golf.effectOf(posted);

    const resolved = await golf.resolve(effect, 'confirmed', 'the course says so');
    const redriven = await golf.redrive(posted);
    const again = await golf.ended(await golf.book(wish));

    expect(resolved).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    expect(resolved.body.history.at(-1)).toMatchObject({
      ...{ status: 'confirmed', reason: 'the course says so' },
      resolved_by: expect.stringMatching(/^user:/),
    });
    expect(redriven).toMatchObject({ status: 409, body: { error: { code: 'EFFECT_CONFIRMED' } } });
    expect(again).toMatchObject({ status: 'completed', result: { already_done: true } });
    expect(golf.bookedOn('west', wish.start_time)).toHaveLength(1);
  });

  it('that cannot tell is settled by a person: not carried out, and then booked by a redrive', {
    timeout: 120_000,
  }, async () => {
    const { wish, posted } = await lateBooking();
    const golfer = await golf.byHand('east');
    await golfer.cancel(golf.bookedOn('east', wish.start_time)[0]?.bookingIds ?? []);
    await giveUp(posted);
    const effect = await golf.effectOf(posted);

    const resolved = await golf.resolve(effect, 'rejected');
    const usedBefore = await golf.used();
    await golf.redrive(posted);
    const done = await golf.ended(posted);

    expect(resolved).toMatchObject({ status: 200, body: { status: 'rejected' } });
    expect(usedBefore).toMatchObject({ [wish.start_time.slice(0, 10)]: 0 });
    expect(done.status).toBe('completed');
    expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
    expect(await golf.used()).toMatchObject({ [wish.start_time.slice(0, 10)]: 1 });
  });

  it('is reported once when nobody verifies it any more', async () => {
    const { posted } = await lateBooking('west');
    const effect = await golf.effectOf(posted);
    // As if the run had died right after the call.
    await golf.rows.edit('effects', { effect_id: effect.effect_id }, { status: 'sent' });
    await golf.age(effect, 31);

    for (let n = 0; n < 3; n += 1) await golf.sweep();
    const pushes = await golf.eventually('a push', { runs: [posted.correlation_id] }, async () => {
      const found = await golf.pushesOf(posted.correlation_id);
      return found.length > 0 && found;
    });
    const reported = await golf.effectOf(posted);
    listAll('west');
    await golf.wake(posted);
    const done = await golf.ended(posted);
    await golf.runEnded(posted.correlation_id, 3);

    expect(pushes).toMatchObject([{ priority: 5 }]);
    expect(reported.status).toBe('unknown');
    expect(done.status).toBe('completed');
    expect(await golf.pushesOf(posted.correlation_id)).toMatchObject([
      { priority: 5 },
      { title: 'Golf booking' },
    ]);
  });
});
