import { describe, expect, it } from 'vitest';
import { TRANSPORT_FAULTS } from '#scripts/local/service/transport-faults.ts';
import { weatherAt } from '#test/scripts/local/weather/weather-client.ts';

const POINT = '/points/40.75,-79.65';

describe('a transport fault of a local service', () => {
  it.each([
    ['answers 429', 429],
    ['answers 500', 500],
    ['answers 503', 503],
    ['bot challenge', 403],
    ['HTML instead of JSON', 200],
  ] as const)('%s answers with %i and a page', async (fault, status) => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn(fault);

    const answer = await get(POINT);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('cf-mitigated')).toBe(fault === 'bot challenge' ? 'challenge' : null);
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('slow waits before the right response', async () => {
    const { weather, get, waits } = await weatherAt(undefined, { slowMs: 20_000 });
    weather.faults.switchOn('slow');

    expect((await get(POINT)).status).toBe(200);
    expect(waits).toEqual([20_000]);
  });

  it('cuts the connection ends the connection without a response', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('cuts the connection');

    await expect(get(POINT)).rejects.toThrow('fetch failed');
  });

  it('hangs never responds', async () => {
    const { weather } = await weatherAt();
    weather.faults.switchOn('hangs');
    const client = new AbortController();

    const answer = fetch(weather.url + POINT, { signal: client.signal });
    await expect.poll(() => weather.hung).toBe(1);
    client.abort();

    await expect(answer).rejects.toThrow('aborted');
  });

  it('truncated JSON sends a body that is not JSON', async () => {
    const { weather, get } = await weatherAt();
    const whole = await (await get(POINT)).text();
    weather.faults.switchOn('truncated JSON');

    const body = await (await get(POINT)).text();

    expect(whole.startsWith(body)).toBe(true);
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });

  it('body of 2 MB sends the right document with that length', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('body of 2 MB');

    const body = await (await get(POINT)).text();

    expect(Buffer.byteLength(body)).toBeGreaterThanOrEqual(2 * 1_024 * 1_024);
    expect(JSON.parse(body)).toHaveProperty('properties.gridId', 'PBZ');
  });

  it('wrong charset declares UTF-8 and sends bytes that are not JSON in UTF-8', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('wrong charset');

    const answer = await get(POINT);

    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(() => JSON.parse(bytes.toString('utf8'))).toThrow(SyntaxError);
    expect(JSON.parse(bytes.toString('utf16le'))).toHaveProperty('properties.gridId', 'PBZ');
  });

  it('wrong content type declares text', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('wrong content type');

    expect((await get(POINT)).headers.get('content-type')).toBe('text/plain');
  });

  it('deep JSON sends 10,000 nested arrays', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('deep JSON');

    expect(await (await get(POINT)).text()).toBe(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
  });

  it('affects as many requests as it should, and no later ones', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('answers 503', 2);
    const statuses = [];
    for (let requests = 0; requests < 3; requests += 1) statuses.push((await get(POINT)).status);

    expect(statuses).toEqual([503, 503, 200]);
    expect(weather.faults.isOn('answers 503')).toBe(false);
  });

  it.each(Object.keys(TRANSPORT_FAULTS))('does not affect the page: %s', async (fault) => {
    const { weather } = await weatherAt();
    weather.faults.switchOn(fault as keyof typeof TRANSPORT_FAULTS);

    const page = await fetch(weather.url);
    const state = await fetch(`${weather.url}/~service/faults`);

    expect([page.status, state.status]).toEqual([200, 200]);
    expect(await page.text()).toContain('Local service');
  });
});
