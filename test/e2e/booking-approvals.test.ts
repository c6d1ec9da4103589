import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { dateText } from '#lib/actions/golf/local-day.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { type Bookings, openBookings } from './support/bookings.ts';

describe('a booking that a schedule begins', () => {
  let golf: Bookings;

  beforeAll(async () => {
    golf = await openBookings();
  }, 120_000);

  afterEach(() => golf.reset());

  afterAll(() => golf.close());

  /** Fires a schedule, and waits until its booking asks for a yes. */
  const askedBooking = async (dayMs: number) => {
    const schedule = await golf.schedule(dayMs);
    await golf.fire(schedule.name);
    const booking = await golf.bookingOf(schedule);
    return { booking, id: await golf.asked(booking) };
  };

  it('is asked for by one push, and made once after a yes', { timeout: 90_000 }, async () => {
    const dayMs = golf.newMonday();
    const at = iso(Date.now() + 5 * SECOND_MS).slice(0, 19);
    const schedule = await golf.schedule(dayMs, { expression: `at(${at})` });

    const booking = await golf.bookingOf(schedule);
    const id = await golf.asked(booking);
    const [question] = await golf.eventually(
      'a push',
      { runs: [booking.correlation_id] },
      async () => {
        const pushes = await golf.pushesOf(booking.correlation_id);
        return pushes.length > 0 && pushes;
      },
    );
    const callsBefore = golf.commits('east');
    const bookedBefore = golf.bookedOn('east', dateText(dayMs));
    const asViewer = await golf.api(
      `/api/approvals/${id}/approve`,
      {},
      (await golf.signedIn('viewer')).headers,
    );
    const listed = await golf.api<{ data: { id: string }[] }>('/api/approvals');
    const approved = await golf.decide(id, 'approve');
    const again = await golf.decide(id, 'deny');
    const done = await golf.ended(booking);
    await golf.runEnded(booking.correlation_id, 4);

    expect(question).toMatchObject({
      ...{ title: 'Allow this? Golf booking', priority: 4 },
      click: `${inject('platform').apiUrl}/approvals/${id}`,
      message: expect.stringMatching(
        /Players: 2\n(.*\n)*At most: \$200\.00.*\nAsked by a schedule\./,
      ),
    });
    expect(bookedBefore).toEqual([]);
    expect(asViewer.status).toBe(403);
    expect(listed.body.data.map((one) => one.id)).toContain(id);
    expect(approved).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'APPROVAL_DECIDED' } } });
    expect(done.status).toBe('completed');
    expect(golf.commits('east')).toBe(callsBefore + 1);
    expect(golf.bookedOn('east', dateText(dayMs))).toHaveLength(1);
    const { name } = await golf.signedIn('admin');
    expect(await golf.approval(id)).toMatchObject({ status: 'used', decided_by: name });
    const effect = await golf.effectOf(booking);
    expect(effect).toMatchObject({ status: 'confirmed', approval_id: id });
    expect(effect.history[0]).toMatchObject({ status: 'planned', allowed_by: name });
    expect(await golf.pushesOf(booking.correlation_id)).toMatchObject([
      { title: 'Allow this? Golf booking' },
      { title: 'Golf booking' },
    ]);
  });

  it('is not made after a no, which ends the run without another push', async () => {
    const dayMs = golf.newMonday();
    const { booking, id } = await askedBooking(dayMs);
    const calls = golf.services.golf.site('east').received.length;

    const denied = await golf.decide(id, 'deny', { reason: 'it will rain' });
    const failed = await golf.ended(booking);
    await golf.runEnded(booking.correlation_id, 3);

    expect(denied).toMatchObject({ status: 200, body: { status: 'denied' } });
    expect(failed).toMatchObject({
      ...{ status: 'failed', error_code: 'APPROVAL_DENIED' },
      error_message: expect.stringMatching(/^user:.* denied it: it will rain$/),
    });
    expect(failed).not.toHaveProperty('effect_id');
    expect(golf.services.golf.site('east').received).toHaveLength(calls);
    expect(await golf.pushesOf(booking.correlation_id)).toHaveLength(1);
  });

  it('is not made when nobody decides in time, which one push reports; a redrive asks again', async () => {
    const dayMs = golf.newMonday();
    const { booking, id } = await askedBooking(dayMs);
    await golf.rows.edit('approvals', { id }, { expires_at: iso(Date.now() - SECOND_MS) });

    const late = await golf.decide(id, 'approve');
    await Promise.all([golf.sweep(), golf.sweep()]);
    const failed = await golf.ended(booking);
    await golf.runEnded(booking.correlation_id, 4);
    const pushes = await golf.pushesOf(booking.correlation_id);
    await golf.redrive(booking);
    const secondId = await golf.asked(booking);
    await golf.decide(secondId, 'approve');
    const done = await golf.ended(booking);

    expect(late).toMatchObject({ status: 409, body: { error: { code: 'APPROVAL_EXPIRED' } } });
    expect(failed).toMatchObject({ status: 'failed', error_code: 'APPROVAL_EXPIRED' });
    expect(await golf.approval(id)).toMatchObject({ status: 'expired' });
    expect(pushes.map(({ title }) => title)).toEqual([
      'Allow this? Golf booking',
      'Not done, nobody allowed it in time: Golf booking',
    ]);
    expect(secondId).not.toBe(id);
    expect(done.status).toBe('completed');
    expect(golf.bookedOn('east', dateText(dayMs))).toHaveLength(1);
  });

  it('needs a new yes when its input changes after the yes', async () => {
    const dayMs = golf.newMonday();
    const { booking, id } = await askedBooking(dayMs);
    const payload = { ...booking.payload, max_total_cents: 99_900 };
    await golf.rows.editMessage(booking.id, { payload });

    await golf.decide(id, 'approve');
    const row = await golf.seen(
      booking,
      'a second question',
      ({ approval_id, due_bucket }) => approval_id !== id && due_bucket === 'held-approval',
    );
    const booked = golf.bookedOn('east', dateText(dayMs));
    await golf.decide(row.approval_id ?? '', 'deny');
    await golf.ended(booking);

    expect(booked).toEqual([]);
    expect(await golf.approval(id)).toMatchObject({ status: 'approved' });
    expect(await golf.approval(row.approval_id ?? '')).toMatchObject({
      ...{ status: 'denied', max_total_cents: 99_900 },
    });
  });

  it('needs a yes, too, when a person runs the schedule', async () => {
    const dayMs = golf.newMonday();
    const schedule = await golf.schedule(dayMs, { course: 'west' });

    const { status, body } = await golf.api<Message>(`/api/schedules/${schedule.id}/run`, {});
    const booking = await golf.bookingIn(body.correlation_id);
    const id = await golf.asked(booking);
    const approval = await golf.approval(id);
    await golf.decide(id, 'approve');
    const done = await golf.ended(booking);

    expect(status).toBe(202);
    const { name } = await golf.signedIn('admin');
    expect(approval).toMatchObject({ status: 'pending', requested_by: name });
    expect(done.status).toBe('completed');
    expect(golf.bookedOn('west', dateText(dayMs))).toHaveLength(1);
  });

  describe('with a policy', () => {
    afterAll(() => golf.setPolicy(undefined));

    const rule = { requested_by: 'scheduler', courses: ['east'], max_total_cents: 20_000 };

    it('is made without a yes where a rule fits, and asked for where none does', {
      timeout: 90_000,
    }, async () => {
      const rules = [{ ...rule, weekdays: ['monday'] }];
      await golf.setPolicy({ 'golf.book_tee_time': { auto_approve: rules } });
      const mondayMs = golf.newMonday();
      const schedules = [await golf.schedule(mondayMs), await golf.schedule(mondayMs + DAY_MS)];

      for (const { name } of schedules) await golf.fire(name);
      const [monday, tuesday] = await Promise.all(schedules.map(golf.bookingOf));
      if (monday === undefined || tuesday === undefined) return expect.fail('no booking');
      const done = await golf.ended(monday);
      const id = await golf.asked(tuesday);

      expect(done.status).toBe('completed');
      expect(done).not.toHaveProperty('approval_id');
      const effect = await golf.effectOf(monday);
      expect(effect.history[0]).toMatchObject({ status: 'planned', allowed_by: 'policy' });
      expect(golf.bookedOn('east', dateText(mondayMs))).toHaveLength(1);
      expect(golf.bookedOn('east', dateText(mondayMs + DAY_MS))).toEqual([]);
      await golf.decide(id, 'deny');
      await golf.ended(tuesday);
    });

    it('that does not parse waits, deep health says so, and is made once the policy is good', {
      timeout: 90_000,
    }, async () => {
      await golf.setPolicy('{ "golf.book_tee_time": { "max_per_dya": 9 } }');
      const wish = golf.newSlot();

      const posted = await golf.book(wish);
      const waiting = await golf.seen(posted, 'a wait', ({ retry_count }) => retry_count > 0);
      const health = await golf.api('/api/health?deep=true');
      await golf.setPolicy({ 'golf.book_tee_time': { max_per_day: 1 } });
      await golf.wake(posted);
      const done = await golf.ended(posted);

      expect(waiting).toMatchObject({ status: 'queued', error_code: 'CONFIG_UNAVAILABLE' });
      expect(health.body).toMatchObject({ checks: { policy: { status: 'failed' } } });
      expect(done.status).toBe('completed');
      expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
    });
  });
});
