import { describe, expect, it } from 'vitest';
import { GOLF_NOW, golfAt } from './golf-client.ts';

const REQUIRED = [
  ...['client-id', 'x-componentid', 'x-websiteid', 'x-siteid', 'x-terminalid', 'x-moduleid'],
  ...['x-productid', 'x-timezone-offset', 'x-timezoneid', 'x-requestid', 'origin'],
];
const OPAQUE = 'Invalid componentid request header';

describe('the request headers of a local golf course', () => {
  it.each(REQUIRED)(
    'include %s: without it, a search and a lock are refused with 400',
    async (name) => {
      const { client, site } = await golfAt('east');
      const { send, searchPath, lockBody, slots } = await client();
      const [slot] = await slots();
      const over = { [name]: undefined };

      const answers = [
        await send('GET', await searchPath(), { over }),
        slot && (await send('POST', 'LockTeeTimes', { body: lockBody(slot), over })),
      ];

      for (const answer of answers) expect(answer?.status).toBe(400);
      expect(site.refusals).toHaveLength(2);
      expect(site.refusals.at(-1)).toContain(name);
    },
  );

  it.each(REQUIRED.filter((name) => name !== 'origin'))(
    'refuse a wrong %s without saying which header is wrong',
    async (name) => {
      const { client, site } = await golfAt('east');
      const { send, searchPath } = await client();

      const answer = await send('GET', await searchPath(), { over: { [name]: '9' } });

      expect(answer).toMatchObject({ status: 400, body: OPAQUE });
      expect(site.refusals).toEqual([expect.stringContaining(name)]);
    },
  );

  it('refuse the origin of another site', async () => {
    const { client } = await golfAt('east');
    const { send, searchPath } = await client();

    const over = { origin: 'https://golf.example.com' };

    expect((await send('GET', await searchPath(), { over })).status).toBe(403);
  });

  it('refuse an x-requestid that was used before', async () => {
    const { client, headers } = await golfAt('east');
    const { send, searchPath } = await client();
    const over = { 'x-requestid': headers()['x-requestid'] };

    const statuses = [
      (await send('GET', await searchPath(), { over })).status,
      (await send('GET', await searchPath(), { over })).status,
    ];

    expect(statuses).toEqual([200, 400]);
  });

  it.each([
    ['in summer', '2026-07-06T14:30:00Z', 'Tue Jul 07 2026', '240', 200],
    ['in winter', '2026-12-07T15:30:00Z', 'Tue Dec 08 2026', '300', 200],
    [
      'before the clocks change, for a day after it',
      '2026-10-30T15:00:00Z',
      'Mon Nov 02 2026',
      '300',
      200,
    ],
    [
      'before the clocks change, with the offset of today',
      '2026-10-30T15:00:00Z',
      'Mon Nov 02 2026',
      '240',
      400,
    ],
    [
      'on the day of the change, with the earlier offset',
      '2026-10-30T15:00:00Z',
      'Sun Nov 01 2026',
      '240',
      200,
    ],
    [
      'on the day of the change, with the later offset',
      '2026-10-30T15:00:00Z',
      'Sun Nov 01 2026',
      '300',
      200,
    ],
    ['with the sign of the other direction', GOLF_NOW, 'Tue Jul 07 2026', '-240', 400],
  ])('carry the offset of the searched day: %s', async (_, now, searchDate, offset, status) => {
    const { client } = await golfAt('east', { now });
    const { send, searchPath } = await client();

    const over = { 'x-timezone-offset': offset };
    const answer = await send('GET', await searchPath({ searchDate }), { over });

    expect(answer.status).toBe(status);
  });

  it('have the zone of the course, not that of another course', async () => {
    const { client } = await golfAt('west');
    const { send, searchPath } = await client();

    const over = { 'x-timezoneid': 'America/New_York', 'x-timezone-offset': '240' };

    expect((await send('GET', await searchPath(), { over })).status).toBe(400);
    expect((await send('GET', await searchPath())).status).toBe(200);
  });

  it.each([
    ['GET', 'LockTeeTimes', 405],
    ['POST', 'TeeTimes', 405],
    ['GET', 'NoSuchThing', 404],
    ['GET', 'TeeTimes/1', 404],
  ] as const)('%s %s is answered with %i', async (method, path, status) => {
    const { client } = await golfAt('east');
    const { send } = await client();

    expect((await send(method, path)).status).toBe(status);
  });
});
