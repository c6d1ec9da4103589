import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dateText } from '#lib/actions/golf/local-day.ts';
import { type Bookings, openBookings } from './support/bookings.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow, newRun } from './support/rows.ts';

const AT_ONCE = 50;
/** The local gateway refuses more requests at once. */
const POSTERS = 10;

describe('of bookings for the same day', () => {
  let golf: Bookings;

  beforeAll(async () => {
    golf = await openBookings();
  }, 120_000);

  afterEach(() => golf.reset());

  afterAll(() => golf.close());

  it('fifty that people post at once, one is made', { timeout: 180_000 }, async () => {
    const run = newRun('fifty');
    const dayMs = golf.newMonday();
    const commits = golf.commits('east');
    const [wish, other] = [golf.slotOn('east', dayMs), golf.slotOn('east', dayMs, 1)];

    const ids: string[] = [];
    const poster = async () => {
      for (let n = 0; n < AT_ONCE / POSTERS; n += 1) {
        ids.push((await golf.book(n % 2 === 0 ? wish : other, { run })).id);
      }
    };
    await Promise.all(Array.from({ length: POSTERS }, poster));
    const rows = await golf.runEnded(run, 2 * AT_ONCE);

    const ended = rows.filter(({ id }) => ids.includes(id));
    const made = ended.filter(({ result }) => result && !result.already_done);
    const others = ended.filter((row) => !made.includes(row));
    const [reservation, ...more] = golf.bookedOn('east', wish.start_time);
    expect(more).toEqual([]);
    expect(golf.commits('east')).toBe(commits + 1);
    expect(made).toMatchObject([{ status: 'completed' }]);
    expect(others).toHaveLength(AT_ONCE - 1);
    for (const { result, error_code, payload } of others) {
      const isSame = payload.slot_id === made[0]?.payload.slot_id;
      if (isSame) expect(result).toMatchObject({ already_done: true, data: made[0]?.result?.data });
      else expect(error_code).toBe('EFFECT_EXISTS');
    }
    expect(made[0]?.result?.data).toMatchObject({
      reservation_id: `${reservation?.reservationId}`,
    });
    expect(await golf.used()).toMatchObject({ [dateText(dayMs)]: 1 });
    expect(await golf.pushesOf(run)).toHaveLength(AT_ONCE);
  });

  it('fifty deliveries of one message, one is carried out', { timeout: 120_000 }, async () => {
    const wish = golf.newSlot('west');
    const commits = golf.commits('west');
    const message = aRow(
      'web_action',
      { version: '1.0', action: 'golf', ...wish },
      { arguments: { operation: 'book_tee_time' } },
    );
    await golf.rows.put(message);

    await golf.queues.send('web-actions', Array(AT_ONCE).fill(wakeUpOf(message)));
    const [done, push, ...more] = await golf.runEnded(message.correlation_id, 2);
    await golf.drained('web-actions', 'notifications');

    expect(done).toMatchObject({ id: message.id, status: 'completed' });
    expect(push).toMatchObject({ parent_id: message.id });
    expect(more).toEqual([]);
    expect(golf.commits('west')).toBe(commits + 1);
    expect(golf.bookedOn('west', wish.start_time)).toHaveLength(1);
  });

  it('two that schedules begin and a person allows at once, one is made', {
    timeout: 120_000,
  }, async () => {
    const dayMs = golf.newMonday();
    const schedules = [await golf.schedule(dayMs), await golf.schedule(dayMs)];

    await Promise.all(schedules.map(({ name }) => golf.fire(name)));
    const bookings = await Promise.all(schedules.map(golf.bookingOf));
    const ids = await Promise.all(bookings.map(golf.asked));
    const decided = await Promise.all(ids.map((id) => golf.decide(id, 'approve')));
    for (const { correlation_id } of bookings) await golf.runEnded(correlation_id, 4);

    const rows = await Promise.all(bookings.map(({ id }) => golf.row(id)));
    expect(decided.map(({ status }) => status)).toEqual([200, 200]);
    expect(rows.map((row) => row?.status)).toEqual(['completed', 'completed']);
    expect(rows.map((row) => row?.result?.already_done === true).sort()).toEqual([false, true]);
    expect(golf.bookedOn('east', dateText(dayMs))).toHaveLength(1);
    const approvals = await Promise.all(ids.map(golf.approval));
    expect(approvals.map((approval) => approval?.status).sort()).toEqual(['approved', 'used']);
    expect(await golf.used()).toMatchObject({ [dateText(dayMs)]: 1 });
  });
});
