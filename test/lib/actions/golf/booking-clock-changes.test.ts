import { describe, expect, it } from 'vitest';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { slotIdOf } from '#lib/actions/golf/slot-id.ts';
import { HOUR_MS } from '#lib/platform/clock.ts';
import { bookings } from './bookings.ts';

describe.each([
  { at: 'east', date: '2026-03-08', offset: '-04:00' },
  { at: 'west', date: '2026-03-08', offset: '-07:00' },
  { at: 'east', date: '2026-11-01', offset: '-05:00' },
  { at: 'west', date: '2026-11-01', offset: '-08:00' },
] as const)('a booking at $at for $date, when clocks change', ({ at, date, offset }) => {
  it('has the offset and the local day of the tee time', async () => {
    const now = `${date}T00:00:00Z`;
    const { here, search, stepsOf } = await bookings(at, { now });
    const [slot] = await search({ date });
    const { slot_id = '', start_time = '' } = slot ?? {};
    const input = { course: at, slot_id, start_time, players: 2, max_total_cents: 50_000 };
    const steps = stepsOf(bookTeeTime);

    const target = await steps.targetOf(input);
    const plan = await steps.prepare(input);
    const receipt = await steps.commit(plan);

    expect(start_time).toBe(`${date}T08:20:00${offset}`);
    expect(target.quota?.date).toBe(date);
    expect(bookTeeTime.outputOf(plan, receipt)).toMatchObject({ start_time });
    expect((await steps.verify(plan)).is).toBe('confirmed');
    expect(here.refusals).toEqual([]);
  });
});

describe('a booking in the hour that occurs twice', () => {
  const LOCAL = '2026-11-01T01:30:00';
  const setup = async (offset: string) => {
    const world = await bookings('east', { now: '2026-10-31T16:00:00Z' });
    world.reply('TeeTimes', [
      {
        ...{ teeSheetId: 7, startTime: `${LOCAL}${offset}`, courseId: 1, holes: 18 },
        availableParticipantNo: [1, 2, 3, 4],
      },
    ]);
    world.reply('LockTeeTimes', {});
    world.reply('TeeTimePricesCalculation', {
      ...{ transactionId: 'price-1', summaryDetail: { total: 90 } },
    });
    const start_time = `${LOCAL}${offset}`;
    const slot_id = slotIdOf(['east', 7, Date.parse(start_time), 18]);
    const input = { course: 'east', slot_id, start_time, players: 2, max_total_cents: 50_000 };
    const list = (startTime: string) =>
      world.reply('UpcomingReservation', {
        items: [{ reservationId: 9, startTime, numberOfPlayer: 2 }],
        totalPages: 1,
      });
    const steps = world.stepsOf(bookTeeTime);
    world.reply('UpcomingReservation', { items: [], totalPages: 0 });
    return { ...world, plan: await steps.prepare(input), steps, list };
  };

  it.each(['-04:00', '-05:00'])('at %s is found in a list without offsets', async (offset) => {
    const { plan, steps, list } = await setup(offset);

    list(LOCAL);

    expect(await steps.verify(plan)).toEqual({ is: 'confirmed', receipt: { id: '9' } });
  });

  it('is unclear from its first occurrence on', async () => {
    const { plan, time, stepsOf, list } = await setup('-05:00');
    list(LOCAL);
    const firstMs = (plan.data as { start_ms: number }).start_ms - HOUR_MS;

    time.ms = firstMs;

    expect(await stepsOf(bookTeeTime).verify(plan)).toEqual({ is: 'unclear' });
  });
});
