import { describe, expect, it } from 'vitest';
import { type Fields, golfAt, type SentSlot, slotWith } from './golf-client.ts';

const setup = async (name: 'east' | 'west' = 'east') => {
  const golf = await golfAt(name);
  const ada = await golf.client();
  const slot = slotWith(await ada.slots(), 4);
  return { ...golf, ada, slot };
};

const LATE_MS = 600_000;
const HOSTILE = ['<script>', '\u001b', '\u202e', '\0'];

describe('a committing fault of a local golf course', () => {
  it('answers 500 after committing books and cancels all the same', async () => {
    const { ada, slot, site } = await setup();
    const body = await ada.prepare(slot);
    site.faults.switchOn('answers 500 after committing');

    expect((await ada.reserve(body)).status).toBe(500);
    const [reservation] = site.reservations();
    expect((await ada.upcoming()).items).toHaveLength(1);
    expect((await ada.cancel(reservation?.bookingIds ?? [])).status).toBe(500);
    expect((await ada.upcoming()).items).toEqual([]);
  });

  it('cuts the connection after committing books and cancels all the same', async () => {
    const { ada, slot, site } = await setup();
    const body = await ada.prepare(slot);
    site.faults.switchOn('cuts the connection after committing');

    await expect(ada.reserve(body)).rejects.toThrow('fetch failed');
    const [reservation] = site.reservations();
    expect((await ada.upcoming()).items).toHaveLength(1);
    await expect(ada.cancel(reservation?.bookingIds ?? [])).rejects.toThrow('fetch failed');
    expect((await ada.upcoming()).items).toEqual([]);
  });

  it.each(['answers 500 after committing', 'cuts the connection after committing'] as const)(
    '%s does not affect a request that is refused, and counts none',
    async (fault) => {
      const { ada, slot, site } = await setup();
      site.faults.switchOn(fault, 1);

      expect((await ada.reserve({})).status).toBe(400);
      expect((await ada.lock(slot)).status).toBe(200);
      expect(site.faults.isOn(fault)).toBe(true);
    },
  );

  it('commits late answers 500 and lists the reservation ten minutes later', async () => {
    const { ada, slot, site, clock } = await setup();
    const body = await ada.prepare(slot);
    site.faults.switchOn('commits late');

    expect((await ada.reserve(body)).status).toBe(500);
    clock.ms += LATE_MS - 1;
    expect((await ada.upcoming()).items).toEqual([]);
    clock.ms += 1;
    expect((await ada.upcoming()).items).toHaveLength(1);
  });

  it('lists bookings late answers the receipt and lists the reservation ten minutes later', async () => {
    const { ada, slot, site, clock } = await setup();
    site.faults.switchOn('lists bookings late');

    expect(await ada.book(slot)).toMatchObject({ reservationResult: 1 });
    expect((await ada.upcoming()).items).toEqual([]);
    clock.ms += LATE_MS;
    expect((await ada.upcoming()).items).toHaveLength(1);
  });

  it('booking fails in a 200 answers reservationResult 0 and books nothing', async () => {
    const { ada, slot, site } = await setup();
    const body = await ada.prepare(slot);
    site.faults.switchOn('booking fails in a 200');

    expect(await ada.reserve(body)).toMatchObject({ status: 200, body: { reservationResult: 0 } });
    expect(site.reservations()).toEqual([]);
  });
});

describe('a fault of the steps before a booking at a local golf course', () => {
  it('error in a 200 answers a lock with an error and locks nothing', async () => {
    const { ada, slot, site } = await setup();
    site.faults.switchOn('error in a 200', 1);

    expect(await ada.lock(slot)).toMatchObject({
      status: 200,
      body: { error: expect.stringMatching(/./) },
    });
    expect(await ada.lock(slot)).toMatchObject({ status: 200, body: { error: '' } });
  });

  it('slot taken answers a lock with 409 and locks nothing', async () => {
    const { ada, slot, site } = await setup();
    site.faults.switchOn('slot taken', 1);

    expect((await ada.lock(slot)).status).toBe(409);
    expect((await ada.lock(slot)).status).toBe(200);
  });

  it('not yet released answers a lock and a search with 400', async () => {
    const { ada, slot, site } = await setup();
    site.faults.switchOn('not yet released');

    for (const answer of [await ada.lock(slot), await ada.search()]) {
      expect(answer).toMatchObject({
        status: 400,
        body: expect.stringContaining('not able to book this tee time currently'),
      });
    }
  });

  it('price drift calculates a price a quarter above that of the search', async () => {
    const { ada, slot, site } = await setup();
    await ada.lock(slot);
    const before = await ada.price(slot);
    site.faults.switchOn('price drift');

    const { summaryDetail } = await ada.price(slot);

    expect(before.summaryDetail.total).toBe(95.93);
    expect(summaryDetail).toEqual({ subTotal: 113.13, total: 119.92, totalDueAtCourse: 119.92 });
  });

  it.each(['east', 'west'] as const)(
    'false NO_TEETIMES answers the first search at %s without slots, and the second one with them',
    async (name) => {
      const { ada, site } = await setup(name);
      site.faults.switchOn('false NO_TEETIMES', 1);

      expect(await ada.slots()).toMatchObject({ messageKey: 'NO_TEETIMES' });
      expect((await ada.slots()).length).toBeGreaterThan(0);
    },
  );
});

describe.each(['east', 'west'] as const)(
  'a fault of the shapes at the local golf course %s',
  (name) => {
    const withFault = async (
      fault: Parameters<Awaited<ReturnType<typeof setup>>['site']['faults']['switchOn']>[0],
    ) => {
      const golf = await setup(name);
      const before = await golf.ada.slots();
      golf.site.faults.switchOn(fault);
      return { ...golf, before, after: await golf.ada.slots() };
    };

    it('duplicate slots lists every slot twice', async () => {
      const { before, after } = await withFault('duplicate slots');

      expect(after).toEqual([...before, ...before]);
    });

    it('duplicate slots counts only answers that have slots', async () => {
      const { ada, site, slot } = await setup(name);
      site.faults.switchOn('duplicate slots', 1);

      await ada.lock(slot);

      expect(site.faults.isOn('duplicate slots')).toBe(true);
      await ada.slots();
      expect(site.faults.isOn('duplicate slots')).toBe(false);
    });

    it('prices as text sends strings', async () => {
      const { after } = await withFault('prices as text');

      expect(after[0]?.shItemPrices[0]).toMatchObject({
        price: '45.25',
        taxInclusivePrice: '47.97',
      });
    });

    it('slots without prices sends empty lists', async () => {
      const { after } = await withFault('slots without prices');

      expect(after.map(({ shItemPrices }) => shItemPrices)).toEqual(after.map(() => []));
    });

    it('times with offset sends the same times with the offset of the course', async () => {
      const { before, after, ada, slot } = await withFault('times with offset');
      await ada.book(slot);

      const offset = name === 'east' ? '-04:00' : '-07:00';
      const expected = before.map(({ startTime }) => `${startTime}${offset}`);
      expect(after.map(({ startTime }) => startTime)).toEqual(expected);
      expect((await ada.upcoming()).items[0]).toMatchObject({
        startTime: `${slot.startTime}${offset}`,
      });
    });

    it('hostile strings puts markup and control characters into texts, and leaves ids and times', async () => {
      const { before, after, ada, slot } = await withFault('hostile strings');

      const { confirmationKey } = await ada.book(slot);

      const [shown] = after;
      for (const hostile of HOSTILE) {
        expect(shown?.courseName).toContain(hostile);
        expect(shown?.shItemPrices[0]?.itemDesc).toContain(hostile);
        expect(confirmationKey).toContain(hostile);
      }
      const untouched = ({ teeSheetId, startTime, holes }: SentSlot) => ({
        teeSheetId,
        startTime,
        holes,
      });
      expect(after.map(untouched)).toEqual(before.map(untouched));
      expect((await ada.upcoming()).items[0]).toMatchObject({ startTime: slot.startTime });
    });
  },
);

describe('a transport fault of a local golf course', () => {
  it.each([
    ['bot challenge', 403],
    ['answers 503', 503],
    ['HTML instead of JSON', 200],
  ] as const)('%s affects the API, and neither tokens nor keys', async (fault, status) => {
    const { site, client, ada } = await setup();
    site.faults.switchOn(fault);

    const answer = await ada.search();
    const { token } = await client();
    const keys = await fetch(`${site.url}/identityapi/.well-known/openid-configuration/jwks`);

    expect([answer.status, typeof answer.body]).toEqual([status, 'string']);
    expect(answer.headers.get('cf-mitigated')).toBe(fault === 'bot challenge' ? 'challenge' : null);
    expect(token).toMatch(/^ey/);
    expect(keys.status).toBe(200);
  });

  it('prevents a booking', async () => {
    const { ada, slot, site } = await setup();
    const body = await ada.prepare(slot);
    site.faults.switchOn('answers 500', 1);

    expect((await ada.reserve(body)).status).toBe(500);
    expect(site.reservations()).toEqual([]);
    expect((await ada.reserve(body)).status).toBe(200);
  });

  it('slow makes each response of the API wait', async () => {
    const { site, ada } = await setup();
    site.faults.switchOn('slow', 1);

    expect((await ada.search()).status).toBe(200);
    expect(site.faults.isOn('slow')).toBe(false);
  });
});

describe('the page of a local golf course', () => {
  it('is where links for people lead', async () => {
    const { site } = await setup();

    const page = await fetch(`${site.url}/onlineresweb/auth/verify-email?returnUrl=cancel-booking`);

    expect(page.url).toBe(`${site.url}/`);
    expect(await page.text()).toContain('Local service');
  });

  it('lists reservations and why requests were refused, and its actions work', async () => {
    const { ada, slot, site } = await setup();
    await ada.book(slot);
    await ada.reserve({});
    const stateAfter = async (action?: string) => {
      const address = `${site.url}/~service/faults`;
      const change = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
      const answer = await fetch(
        address,
        action ? { ...change, body: JSON.stringify({ action }) } : {},
      );
      return (await answer.json()) as { title: string; actions: string[]; entries: Fields[] };
    };

    const { title, actions, entries } = await stateAfter();

    expect(title).toBe('East Course');
    expect(entries).toEqual([
      { title: 'Refused', text: expect.stringMatching(/^ReserveTeeTimes: cancelReservationLink/) },
      {
        title: slot.startTime.replace('T', ' '),
        text: expect.stringMatching(/2 players.*\$95\.93$/),
      },
    ]);
    expect(actions).toEqual([
      ...['switch all faults off', 'expire all tokens', 'rotate the keys'],
      ...['end all locks', 'forget all reservations'],
    ]);
    await ada.lock(slot);
    const locked = await ada.lock(slot);
    await stateAfter('end all locks');
    expect([locked.status, (await ada.lock(slot)).status]).toEqual([409, 200]);
    await stateAfter('expire all tokens');
    expect((await ada.search()).status).toBe(401);
    expect((await stateAfter('forget all reservations')).entries).toEqual([]);
  });
});
