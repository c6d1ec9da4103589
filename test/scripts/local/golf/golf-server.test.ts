import { describe, expect, it } from 'vitest';
import { startGolf } from '#scripts/local/golf/golf-server.ts';
import { LOCAL_COURSES } from '#scripts/local/golf/site-course.ts';
import { ADA, golfAt } from './golf-client.ts';

describe('the local golf courses', () => {
  it('are one of each generation, in different time zones, at different origins', async () => {
    const { golf } = await golfAt('east');

    expect(golf.sites.map(({ course }) => [course.name, course.generation, course.zone])).toEqual([
      ['east', 'classic', 'America/New_York'],
      ['west', 'registered', 'America/Los_Angeles'],
    ]);
    expect(new Set(golf.sites.map(({ url }) => new URL(url).port)).size).toBe(2);
    expect(() => golf.site('north')).toThrow('there is no course north');
  });

  it('do not share reservations, locks and faults', async () => {
    const { golf, client } = await golfAt('east');
    const ada = await client();
    const [slot] = await ada.slots();
    if (slot) await ada.book(slot);
    golf.site('east').faults.switchOn('slow');

    expect(golf.site('east').reservations()).toHaveLength(slot ? 1 : 0);
    expect(golf.site('west').reservations()).toEqual([]);
    expect(golf.site('west').faults.isOn('slow')).toBe(false);
  });

  it('listen on the ports of the options, and free them when one is taken', async () => {
    const first = await startGolf({ accounts: [ADA], courses: LOCAL_COURSES.slice(0, 1) });
    const west = Number(new URL(first.site('east').url).port);

    const second = startGolf({ accounts: [ADA], ports: { west } });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.stop();
    const third = await startGolf({ accounts: [ADA], ports: { west } });
    expect(third.site('west').url).toBe(`http://127.0.0.1:${west}`);
    await third.stop();
    await expect(fetch(third.site('west').url)).rejects.toThrow('fetch failed');
  });

  it('make real RSA keys of 2,048 bits, other ones for each course', async () => {
    const golf = await startGolf({ accounts: [ADA] });
    const moduli = [];
    for (const { url } of golf.sites) {
      const path = '/identityapi/.well-known/openid-configuration/jwks';
      const { keys } = (await (await fetch(url + path)).json()) as { keys: { n: string }[] };
      moduli.push(keys[0]?.n ?? '');
    }
    await golf.stop();

    expect(moduli.map((n) => Buffer.from(n, 'base64url').length)).toEqual([256, 256]);
    expect(moduli[0]).not.toBe(moduli[1]);
  });
});
