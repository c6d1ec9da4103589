import { describe, expect, it } from 'vitest';
import { WEATHER_HEADERS, weatherAt } from '#test/scripts/local/weather/weather-client.ts';
import {
  foreignNavigation,
  foreignRequests,
  ownHosts,
  type Sent,
  sendExactly,
} from '#test/support/browser-requests.ts';

const HOST = '127.0.0.1:2587';
const AGENT = ['User-Agent', WEATHER_HEADERS['User-Agent']];

const NOT_FOR_OTHER_PAGES = {
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** Everything that a local service answers: its protocol, its page and what the page calls. */
const ENTRIES: Omit<Sent, 'headers'>[] = [
  { path: '/points/40.75,-79.65' },
  { method: 'POST', path: '/points/40.75,-79.65', body: '{}' },
  { path: '/' },
  { path: '/~service/service.js' },
  { path: '/~service/events' },
  { path: '/~service/faults' },
  { method: 'POST', path: '/~service/faults', body: '{"fault":"hangs","on":true}' },
  { method: 'OPTIONS', path: '/~service/faults' },
];

describe('a local service', () => {
  it.each(foreignRequests(HOST))('answers nothing to a foreign page: %s', async (_, headers) => {
    const { weather } = await weatherAt();

    const answers = await Promise.all(
      ENTRIES.map((entry) =>
        sendExactly(weather.url, { ...entry, headers: [...headers, ...AGENT] }),
      ),
    );

    for (const { status, headers, body } of answers) {
      expect([400, 403]).toContain(status);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      // 400 comes from Node itself, for a request that is malformed.
      if (status === 403) expect(headers).toMatchObject(NOT_FOR_OTHER_PAGES);
      expect(body).not.toMatch(/gridId|Local/);
    }
    expect(weather.received).toEqual([]);
    expect(weather.faults.isOn('hangs')).toBe(false);
  });

  it.each(ownHosts(HOST))('serves its page and its clients at %s', async (host) => {
    const { weather } = await weatherAt();
    const own = ['Host', host, 'Origin', `http://${host.toLowerCase()}`, ...AGENT];

    const answers = await Promise.all([
      sendExactly(weather.url, { path: '/points/40.75,-79.65', headers: ['Host', host, ...AGENT] }),
      sendExactly(weather.url, { path: '/~service/faults', headers: own }),
      sendExactly(weather.url, { headers: ['Host', host, 'Sec-Fetch-Site', 'same-origin'] }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { headers } of answers) expect(headers).toMatchObject(NOT_FOR_OTHER_PAGES);
  });

  it('opens its page for a link on another site', async () => {
    const { weather } = await weatherAt();

    const { status, body } = await sendExactly(weather.url, { headers: foreignNavigation(HOST) });

    expect(status).toBe(200);
    expect(body).toContain('Local service');
  });

  it('frees its port when it stops', async () => {
    const { weather } = await weatherAt();
    await weather.stop();

    await expect(fetch(weather.url)).rejects.toThrow('fetch failed');
  });
});
