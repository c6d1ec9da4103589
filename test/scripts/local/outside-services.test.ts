import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServices, startOutsideServices } from '#scripts/local/outside-services.ts';

let folder: string;
const running: RunningServices[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-services-'));
});
afterEach(async () => {
  for (const services of running.splice(0)) await services.stop();
  rmSync(folder, { recursive: true });
});

const start = async (realWeatherUrl?: string): Promise<RunningServices> => {
  const services = await startOutsideServices(realWeatherUrl, folder);
  running.push(services);
  return services;
};

describe('the outside services of make dev', () => {
  it('have a page each, and only their own origins may use plain http', async () => {
    const { pages, weatherOrigin, golfOrigins, localOrigins } = await start();

    const statuses = await Promise.all(
      Object.values(pages).map(async (page) => (await fetch(page)).status),
    );

    expect(Object.keys(pages)).toEqual([
      ...['weather', 'golf east', 'golf west', 'golf birdsfoot', 'golf totteridge'],
    ]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(localOrigins).toEqual([weatherOrigin, ...Object.values(golfOrigins)]);
  });

  it('do not include a weather server when another one is used', async () => {
    const { pages, weatherOrigin, golfOrigins, localOrigins } =
      await start('https://api.weather.gov');

    expect(weatherOrigin).toBe('https://api.weather.gov');
    expect(Object.keys(pages)).not.toContain('weather');
    expect(localOrigins).toEqual(Object.values(golfOrigins));
  });

  it('keep their ports and the password of the golfer, which others cannot read', async () => {
    const first = await start();
    await running.pop()?.stop();

    const second = await start();

    expect(second.pages).toEqual(first.pages);
    expect(second.golfer).toEqual(first.golfer);
    expect([first.isGolferNew, second.isGolferNew]).toEqual([true, false]);
    expect(statSync(join(folder, 'golfer.json')).mode & 0o077).toBe(0);
  });

  it('move to other ports when theirs are taken, and say so', async () => {
    const first = await start();

    const second = await start();

    const all = [first, second].flatMap(({ pages }) => Object.values(pages));
    expect(new Set(all).size).toBe(10);
    expect(second.movedTexts).toHaveLength(5);
    expect(second.movedTexts[0]).toMatch(/^the page of weather is at port \d+, because port 2590/);
  });
});
