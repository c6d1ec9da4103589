import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dateText } from '#lib/actions/golf/local-day.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { type Bookings, openBookings, reservationIdOf } from './support/bookings.ts';

describe('a booking that a person posts', () => {
  let golf: Bookings;

  beforeAll(async () => {
    golf = await openBookings();
  }, 120_000);

  afterEach(() => golf.reset());

  afterAll(() => golf.close());

  it.each(['east', 'west'])(
    'is made once at $0, reported by one push, and counted',
    async (course) => {
      const wish = golf.newSlot(course);

      const posted = await golf.book(wish);
      const done = await golf.ended(posted);
      await golf.completed(posted.correlation_id, 2);

      const [reservation, ...more] = golf.bookedOn(course, wish.start_time);
      expect(more).toEqual([]);
      expect(done).toMatchObject({
        status: 'completed',
        result: {
          data: {
            reservation_id: `${reservation?.reservationId}`,
            confirmation: reservation?.confirmationKey,
            start_time: wish.start_time,
          },
        },
      });
      expect(await golf.pushesOf(posted.correlation_id)).toMatchObject([
        { title: 'Golf booking', message: expect.stringMatching(/^Booked: /) },
      ]);
      const effect = await golf.effectOf(posted);
      expect(effect).toMatchObject({
        ...{ status: 'confirmed', message_id: posted.id, generation: 1, verify_count: 0 },
        receipts: [`${reservation?.reservationId}`],
      });
      expect(effect.history.map(({ status, allowed_by }) => [status, allowed_by])).toEqual([
        ['planned', 'own post'],
        ['sent', undefined],
        ['confirmed', undefined],
      ]);
      const used = await golf.used();
      expect(effect.quota_keys.map((key) => used[key.split('_').at(-1) ?? ''])).toEqual([1, 1]);
      expect(golf.services.golf.site(course).refusals).toEqual([]);
    },
  );

  it('is in the list of effects, and alone with its history', async () => {
    const posted = await golf.book(golf.newSlot());
    await golf.ended(posted);
    const { effect_id } = await golf.effectOf(posted);

    const list = await golf.api<{ data: Effect[] }>('/api/effects?status=confirmed&limit=10');
    const all = await golf.api<{ data: Effect[] }>('/api/effects?limit=10');
    const one = await golf.api<Effect>(`/api/effects/${effect_id}`);

    expect([list.status, all.status, one.status]).toEqual([200, 200, 200]);
    expect(list.body.data[0]).toEqual(one.body);
    expect(all.body.data[0]).toEqual(one.body);
    expect(one.body).toMatchObject({ effect_id, message_id: posted.id, status: 'confirmed' });
    expect(one.body.history).toHaveLength(3);
  });

  it('is not made again for the same tee time, and refused for another one of the day', async () => {
    const dayMs = golf.newMonday();
    const [wish, other] = [golf.slotOn('east', dayMs), golf.slotOn('east', dayMs, 1)];
    const first = await golf.ended(await golf.book(wish));
    const commits = golf.commits('east');

    const same = await golf.ended(await golf.book(wish));
    const failed = await golf.ended(await golf.book(other));

    expect(same).toMatchObject({
      status: 'completed',
      result: { already_done: true, data: first.result?.data },
    });
    const [reservation] = golf.bookedOn('east', wish.start_time);
    expect(failed).toMatchObject({
      ...{ status: 'failed', error_code: 'EFFECT_EXISTS' },
      error_message: expect.stringMatching(
        new RegExp(
          `^another one stands in the way: Course: .*receipt ${reservation?.reservationId}`,
        ),
      ),
    });
    expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
    expect(golf.commits('east')).toBe(commits);
  });

  it('is not made above its limit, and made by a redrive once the price fits', async () => {
    const wish = { ...golf.newSlot('west'), max_total_cents: 10_000 };
    const site = golf.services.golf.site('west');
    const commits = golf.commits('west');
    site.faults.switchOn('price drift');

    const posted = await golf.book(wish);
    const failed = await golf.ended(posted);
    site.faults.switchAllOff();
    const unlocked = site.received.at(-1)?.path;
    const committed = golf.commits('west') - commits;
    const redriven = await golf.redrive(posted);
    const done = await golf.ended(posted);

    expect(failed).toMatchObject({ status: 'failed', error_code: 'PRICE_ABOVE_LIMIT' });
    expect(unlocked).toMatch(/\/UnLockTeeTimes$/);
    expect(committed).toBe(0);
    expect(redriven.status).toBe(202);
    expect(done).toMatchObject({ status: 'completed', result: { data: { total_cents: 9_593 } } });
    expect(await golf.effectOf(posted)).toMatchObject({ status: 'confirmed', generation: 2 });
    expect(golf.bookedOn('west', wish.start_time)).toHaveLength(1);
  });

  it('is refused above the quota of the day and of the week, until a cancellation gives one back', {
    timeout: 120_000,
  }, async () => {
    const mondayMs = golf.newMonday();
    const [monday = '', tuesday = '', wednesday = '', thursday = ''] = [0, 1, 2, 3].map((days) =>
      dateText(mondayMs + days * DAY_MS),
    );
    const book = async (course: string, days: number) => {
      const posted = await golf.book(golf.slotOn(course, mondayMs + days * DAY_MS));
      return golf.ended(posted);
    };

    const first = await book('east', 0);
    const sameDay = await book('west', 0);
    const second = await book('east', 1);
    await book('west', 2);
    const fourth = await book('east', 3);
    const full = await golf.used();
    await golf.ended(await golf.cancel('east', reservationIdOf(second)));
    await golf.redrive(fourth);
    const afterwards = await golf.ended(fourth);

    expect(first.status).toBe('completed');
    for (const refused of [sameDay, fourth]) {
      expect(refused).toMatchObject({ status: 'failed', error_code: 'QUOTA_EXCEEDED' });
    }
    const weekOf = (used: Record<string, unknown>) =>
      Object.entries(used).filter(([, count]) => count === 3);
    expect(full).toMatchObject({ [monday]: 1, [tuesday]: 1, [wednesday]: 1 });
    expect(weekOf(full)).toHaveLength(1);
    expect(full).not.toHaveProperty(thursday);
    expect(afterwards.status).toBe('completed');
    const used = await golf.used();
    expect(used).toMatchObject({ [monday]: 1, [tuesday]: 0, [wednesday]: 1, [thursday]: 1 });
    expect(weekOf(used)).toEqual(weekOf(full));
  });

  it('calls nothing in a dry run, by argument or by flag', async () => {
    const site = golf.services.golf.site('east');
    const { max_total_cents: _, ...wish } = golf.newSlot();
    const calls = site.received.length;
    const setFlag = async (value: string) => {
      await golf.setFlag('dry-run', value);
      await golf.renew('web-action');
    };

    const asked = await golf.ended(
      await golf.postAction('book_tee_time', wish, { arguments: { dry_run: true } }),
    );
    await setFlag('on');
    const flagged = await golf
      .book({ ...wish, max_total_cents: 20_000 })
      .then(golf.ended)
      .finally(() => setFlag('off'));

    for (const { status, effect_id, result } of [asked, flagged]) {
      expect({ status, effect_id }).toEqual({ status: 'completed', effect_id: undefined });
      expect(result?.summary).toMatch(/^Dry run:\nGolf booking was not carried out\.\n/);
    }
    expect(flagged.result?.summary).toMatch(/The flag dry-run is on\. .*switch it off/);
    expect(asked.result?.summary).not.toContain('flag');
    expect(site.received).toHaveLength(calls);
    await golf.completed(flagged.correlation_id, 2);
    const [push] = await golf.pushesOf(flagged.correlation_id);
    expect(push?.message).toMatch(/^Dry run:/);
  });

  it('is made again on a day whose reservation was cancelled through the platform', async () => {
    const dayMs = golf.newMonday();
    const wish = golf.slotOn('east', dayMs);
    const booked = await golf.ended(await golf.book(wish));
    const reservation_id = reservationIdOf(booked);

    const cancelled = await golf.ended(await golf.cancel('east', reservation_id));
    const between = golf.bookedOn('east', wish.start_time);
    const reversed = await golf.effectOf(booked);
    const again = await golf.ended(await golf.book(golf.slotOn('east', dayMs, 1)));

    expect(cancelled).toMatchObject({ status: 'completed', result: { data: { reservation_id } } });
    expect(between).toEqual([]);
    expect(reversed).toMatchObject({ status: 'reversed', quota_keys: [] });
    expect(again.status).toBe('completed');
    expect(await golf.effectOf(again)).toMatchObject({
      ...{ effect_id: reversed.effect_id, status: 'confirmed', generation: 2 },
    });
    expect(golf.bookedOn('east', wish.start_time)).toHaveLength(1);
    expect(await golf.used()).toMatchObject({ [dateText(dayMs)]: 1 });
  });

  it('is made again on a day whose reservation was cancelled at the course, once a person says so', async () => {
    const dayMs = golf.newMonday();
    const [wish, other] = [golf.slotOn('west', dayMs), golf.slotOn('west', dayMs, 1)];
    const booked = await golf.ended(await golf.book(wish));
    const effect = await golf.effectOf(booked);
    const golfer = await golf.byHand('west');
    await golfer.cancel(golf.bookedOn('west', wish.start_time)[0]?.bookingIds ?? [], {
      courseId: golf.services.golf.site('west').course.courseId,
    });
    await golf.age(effect, 21);

    const failed = await golf.ended(await golf.book(other));
    const asViewer = await golf.api(
      `/api/effects/${effect.effect_id}/resolve`,
      { outcome: 'reversed', reason: 'cancelled there' },
      (await golf.signedIn('viewer')).headers,
    );
    const wrong = await golf.resolve(effect, 'rejected');
    const resolved = await golf.resolve(effect, 'reversed', 'cancelled there');
    const again = await golf.ended(await golf.book(other));

    expect(failed).toMatchObject({
      ...{ status: 'failed', error_code: 'EFFECT_EXISTS' },
      error_message: expect.stringMatching(/does not list it any more.* as reversed/),
    });
    expect(asViewer.status).toBe(403);
    expect(wrong).toMatchObject({
      status: 409,
      body: { error: { code: 'EFFECT_NOT_RESOLVABLE' } },
    });
    expect(resolved).toMatchObject({ status: 200, body: { status: 'reversed' } });
    expect(again.status).toBe('completed');
    expect(golf.bookedOn('west', wish.start_time)).toHaveLength(1);
    expect(await golf.used()).toMatchObject({ [dateText(dayMs)]: 1 });
  });
});
