import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { slotIdOf } from '#lib/actions/golf/slot-id.ts';
import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { localText } from '#lib/platform/zone.ts';
import { failure } from '#test/lib/http/requests.ts';
import { GOLF_NOW } from '#test/scripts/local/golf/golf-client.ts';
import { bookings } from './bookings.ts';

const NOW_MS = Date.parse(GOLF_NOW);
const EAST_MS = -240 * MINUTE_MS;

/** A valid input for a tee time at the East Course that starts at that instant. */
const wishAt = (startMs: number) => ({
  course: 'east',
  slot_id: slotIdOf(['east', 12_064_107, startMs, 18]),
  start_time: localText(startMs, EAST_MS),
  players: 2,
  max_total_cents: 20_000,
});
const GOOD = wishAt(Date.parse('2026-07-07T08:10:00-04:00'));

const setup = async (automation: 'allowed' | 'read_only' = 'allowed') => {
  const { newRun, calls } = await bookings('east', { course: { automation } });
  const { configuration } = newRun().context;
  const check = (
    input: object,
    time: { nowMs?: number | undefined; isDryRun?: boolean } = {},
  ): Promise<void> =>
    bookTeeTime.check(z.parse(bookTeeTime.input, input), configuration, {
      nowMs: NOW_MS,
      isDryRun: false,
      ...time,
    });
  return { check, configuration, calls };
};

describe('the input of a booking', () => {
  it.each([
    ['course', [null, 7, 'East', '../east', undefined]],
    ['slot_id', [null, 7, '', 'a b', 'x'.repeat(257), '../..', undefined]],
    ['start_time', [null, '2026-07-07', '2026-07-07T08:10', '2026-07-07T08:10:00Z', undefined]],
    ['players', [null, 0, 5, 1.5, '2', undefined]],
    ['max_total_cents', [null, -1, 1.5, '20000', 10_000_001, Number.NaN]],
    ['golfer', ['grace']],
  ])('cannot have a wrong %s', (field, values) => {
    const accepted = values.filter(
      (value) => z.safeParse(bookTeeTime.input, { ...GOOD, [field]: value }).success,
    );

    expect(accepted).toEqual([]);
  });

  it.each([
    {
      what: 'a slot of another course',
      over: { slot_id: slotIdOf(['west', 1, Date.parse(GOOD.start_time), 18]) },
      field: 'slot_id',
    },
    { what: 'a text that is no slot', over: { slot_id: 'abc' }, field: 'slot_id' },
    {
      what: 'a slot of another time',
      over: { start_time: '2026-07-07T08:20:00-04:00' },
      field: 'start_time',
    },
    {
      what: 'a slot of another day',
      over: { start_time: '2026-07-08T08:10:00-04:00' },
      field: 'start_time',
    },
    {
      what: 'the right time in another zone',
      over: { start_time: '2026-07-07T08:10:00-07:00' },
      field: 'start_time',
    },
    {
      what: 'a date that does not exist',
      over: { start_time: '2026-07-99T08:10:00-04:00' },
      field: 'start_time',
    },
    { what: 'a tee time that begins now', over: wishAt(NOW_MS), field: 'start_time' },
    { what: 'a tee time of yesterday', over: wishAt(NOW_MS - DAY_MS), field: 'start_time' },
    { what: 'a day that is too far ahead', over: wishAt(NOW_MS + 8 * DAY_MS), field: 'start_time' },
    { what: 'no limit', over: { max_total_cents: undefined }, field: 'max_total_cents' },
    { what: 'an unknown course', over: { course: 'south' }, field: 'course' },
  ])('is refused with $what', async ({ over, field }) => {
    const { check, calls } = await setup();
    const input = JSON.parse(JSON.stringify({ ...GOOD, ...over })) as object;

    const error = await failure(check(input));

    expect(error).toMatchObject({ kind: 'invalid', code: 'INVALID_PAYLOAD' });
    expect(error.details.map(({ path }) => path)).toEqual([`payload.${field}`]);
    expect(calls).toEqual([]);
  });

  it('may name the same instant with another offset, and the last bookable day', async () => {
    const { check } = await setup();

    await check({ ...GOOD, start_time: '2026-07-07T05:10:00-07:00' });
    await check(wishAt(NOW_MS + 7 * DAY_MS));
  });

  it('states the last bookable date', async () => {
    const { check } = await setup();

    const error = await failure(check(wishAt(NOW_MS + 8 * DAY_MS)));

    expect(error.message).toContain('2026-07-13');
  });

  it('needs no limit in a dry run, and is not compared with the time of a later run', async () => {
    const { check } = await setup();
    const { max_total_cents: _, ...unlimited } = GOOD;

    await check(unlimited, { isDryRun: true });
    await check(wishAt(NOW_MS - DAY_MS), { nowMs: undefined });
  });

  it('is refused for a course that is only read, with its page', async () => {
    const { check } = await setup('read_only');

    const error = await failure(check(GOOD));

    expect(error.details).toEqual([
      { path: 'payload.course', problem: expect.stringContaining('https://east.example/book') },
    ]);
  });

  it('is described with everything that a yes depends on, without a call', async () => {
    const { configuration, calls } = await setup();

    const facts = await bookTeeTime.describe(GOOD, configuration);
    const terms = await bookTeeTime.termsOf(GOOD, configuration);
    const { name, link } = await bookTeeTime.serviceOf(GOOD, configuration);

    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Course: East Course',
      'Day: Tuesday, July 7, 2026',
      'Tee time: 8:10 AM EDT',
      'Players: 2',
      'Holes: 18',
      'At most: $200.00 in total, tax included',
    ]);
    expect(terms).toEqual({
      ...{ course: 'east', date: '2026-07-07', time: '08:10', players: 2 },
      max_total_cents: 20_000,
    });
    expect([name, link]).toEqual(['cps-east', 'https://east.example/book']);
    expect(calls).toEqual([]);
  });
});

describe('the effect of a booking', () => {
  it('is one for each account, course and local day, and has the time and the players as subject', async () => {
    const { stepsOf } = await bookings('east');
    const { targetOf } = stepsOf(bookTeeTime);

    const first = await targetOf(GOOD);
    const later = await targetOf(wishAt(Date.parse('2026-07-07T23:50:00-04:00')));
    const more = await targetOf({ ...GOOD, players: 3 });
    const nextDay = await targetOf(wishAt(Date.parse('2026-07-08T00:00:00-04:00')));

    expect(first).toEqual({
      key: ['10042', 'east', '2026-07-07'],
      subject: '2026-07-07T12:10:00.000Z, 2 players',
      quota: { owner: '4711', date: '2026-07-07' },
    });
    expect([later.key, more.key]).toEqual([first.key, first.key]);
    expect(nextDay.key).not.toEqual(first.key);
    expect(new Set([first.subject, later.subject, more.subject]).size).toBe(3);
  });
});
