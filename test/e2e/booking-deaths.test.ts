import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { type Bookings, isEnded, openBookings } from './support/bookings.ts';
import { hasten } from './support/hasten.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow, newRun } from './support/rows.ts';

const BOOKINGS = 50;
const KILLS = 6;
const COURSE = 'east';
/** A little longer than the course waits before each response. Milliseconds. */
const IN_FLIGHT_MS = 350;
/** The course carries nothing out any more after that time. */
const SETTLE_MINUTES = 21;
/** A booking takes several requests, each of which waits for 0.3 s. Milliseconds. */
const LONGEST_PAUSE_MS = 900;

describe('while the function web-action is killed', () => {
  let golf: Bookings;

  beforeAll(async () => {
    golf = await openBookings();
    await golf.setPolicy({ 'golf.book_tee_time': { max_per_day: 1, max_per_week: 7 } });
  }, 120_000);

  afterAll(async () => {
    await golf.setPolicy(undefined);
    await golf.close();
  });

  it('fifty bookings of fifty days are made at most once each, and none is lost', {
    timeout: 300_000,
  }, async () => {
    const { eventually, killFunctions, queues, rows, services, sweep } = golf;
    const run = newRun('deaths');
    const site = services.golf.site(COURSE);
    const firstMs = golf.newMonday();
    const wishes = Array.from({ length: BOOKINGS }, (_, n) =>
      golf.slotOn(COURSE, firstMs + n * DAY_MS),
    );
    const messages = wishes.map((wish) =>
      aRow(
        'web_action',
        { version: '1.0', action: 'golf', ...wish },
        { correlation_id: run, arguments: { operation: 'book_tee_time' } },
      ),
    );
    for (const message of messages) await rows.put(message);
    site.faults.switchOn('slow');

    await queues.send('web-actions', messages.map(wakeUpOf));
    let deathMs = 0;
    const pauses: number[] = [];
    for (let n = 0; n < KILLS; n += 1) {
      const before = site.received.length;
      await eventually('a request', { runs: [run] }, async () => {
        await hasten(rows, run, deathMs);
        await sweep();
        return site.received.length > before;
      });
      const pauseMs = Math.floor(Math.random() * LONGEST_PAUSE_MS);
      pauses.push(pauseMs);
      await sleep(pauseMs);
      await killFunctions();
      deathMs = Date.now();
      // Requests of dead runs still arrive. Then the ten minutes of their locks have passed.
      await sleep(IN_FLIGHT_MS);
      site.endLocks();
    }
    site.faults.switchOff('slow');
    const all = await eventually('the end of all', { timeoutMs: 200_000 }, async () => {
      await hasten(rows, run, deathMs);
      await golf.pass(run, SETTLE_MINUTES);
      await sweep();
      await sleep(500);
      const found = await rows.ofRun(run);
      return found.length >= 2 * BOOKINGS && found.every(isEnded) && found;
    });

    const seed = `killed after ${pauses.join()} ms`;
    const bookings = all.filter(({ message_type }) => message_type === 'web_action');
    expect(bookings, seed).toHaveLength(BOOKINGS);
    // If no run was interrupted, the test proved nothing.
    expect(bookings.filter(({ attempt }) => attempt > 1)).not.toEqual([]);
    const counts = wishes.map(({ start_time }) => golf.bookedOn(COURSE, start_time).length);
    expect(Math.max(...counts), seed).toBe(1);
    const completed = bookings.filter(({ status }) => status === 'completed');
    expect(completed.length, seed).toBeGreaterThan(BOOKINGS / 2);
    const effects = (await rows.all('effects')) as Effect[];
    for (const [n, { id, status, error_code, result }] of bookings.entries()) {
      const wish = wishes[messages.findIndex((message) => message.id === id)];
      const [reservation] = golf.bookedOn(COURSE, wish?.start_time ?? '');
      const effect = effects.find(({ message_id }) => message_id === id);
      const about = `booking ${n}, ${seed}: ${status} ${error_code}`;
      if (status === 'completed') {
        const reservation_id = `${reservation?.reservationId}`;
        expect(result?.data, about).toMatchObject({ reservation_id });
        expect(effect, about).toMatchObject({
          status: 'confirmed',
          receipt: { id: reservation_id },
        });
      } else {
        expect(error_code, about).toBe('NOT_CARRIED_OUT');
        expect(reservation, about).toBeUndefined();
      }
    }
    expect(await queues.depth('web-actions-dlq')).toBe(0);
  });
});
