import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import { failure } from '#test/lib/http/requests.ts';
import { bookings, TUESDAY_DATE } from './bookings.ts';

const WISH = {
  ...{ course: 'east', date: TUESDAY_DATE, from: '09:00', players: 2 },
  ...{ max_total_cents: 20_000, auto_book: true, max_results: 5 },
};

describe('a search that books', () => {
  it('leads to the booking of the first tee time within the limit', async () => {
    const { here, run, stepsOf } = await bookings('east');

    const found = (await run(searchTeeTimes, WISH)) as { slots: { slot_id: string }[] };
    const next = searchTeeTimes.followUp(WISH, found);

    expect(next).toMatchObject({
      action: 'golf',
      operation: 'book_tee_time',
      input: { slot_id: found.slots[0]?.slot_id, players: 2, max_total_cents: 20_000 },
    });
    const steps = stepsOf(bookTeeTime);
    await steps.commit(await steps.prepare(z.parse(bookTeeTime.input, next?.input)));
    expect(here.reservations()).toHaveLength(1);
  });

  it.each([
    { what: 'nothing is found', over: { max_total_cents: 1 } },
    { what: 'it does not ask for it', over: { auto_book: false } },
  ])('leads to no booking when $what', async ({ over }) => {
    const { run } = await bookings('east');
    const input = { ...WISH, ...over };

    const found = await run(searchTeeTimes, input);

    expect(searchTeeTimes.followUp(input, found)).toBeUndefined();
    expect(searchTeeTimes.present(found)).toHaveLength(1);
  });

  it('is refused for a course that is only read', async () => {
    const { newRun } = await bookings('east', { course: { automation: 'read_only' } });
    const time = { nowMs: undefined, isDryRun: false };

    const error = await failure(searchTeeTimes.check(WISH, newRun().context.configuration, time));

    expect(error.details).toEqual([
      { path: 'payload.course', problem: expect.stringContaining('only read') },
    ]);
  });
});
