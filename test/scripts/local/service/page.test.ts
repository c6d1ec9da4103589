import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { weatherAt } from '#test/scripts/local/weather/weather-client.ts';

const POINT = '/points/40.75,-79.65';
const JSON_TYPE = { 'Content-Type': 'application/json' };

const setup = async () => {
  const { weather, get } = await weatherAt();
  const change = (body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    fetch(`${weather.url}/~service/faults`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const faultsOn = async () => {
    const answer = await fetch(`${weather.url}/~service/faults`);
    const { faults } = (await answer.json()) as { faults: { name: string; on: boolean }[] };
    return faults.filter(({ on }) => on).map(({ name }) => name);
  };
  return { weather, get, change, faultsOn };
};

describe('the page of a local service', () => {
  it('switches a fault on and off', async () => {
    const { get, change, faultsOn } = await setup();

    expect((await change({ fault: 'answers 503', on: true })).status).toBe(200);
    expect(await faultsOn()).toEqual(['answers 503']);
    expect((await get(POINT)).status).toBe(503);
    expect((await change({ fault: 'answers 503', on: false })).status).toBe(200);
    expect((await get(POINT)).status).toBe(200);
  });

  it('switches all faults off', async () => {
    const { change, faultsOn } = await setup();
    await change({ fault: 'slow', on: true });
    await change({ fault: 'no periods', on: true });

    expect((await change({ action: 'switch all faults off' })).status).toBe(200);
    expect(await faultsOn()).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'slow'],
    ['an unknown fault', { fault: 'sad', on: true }],
    ['a name that every object has', { fault: 'constructor', on: true }],
    ['no state', { fault: 'slow' }],
    ['a state that is text', { fault: 'slow', on: 'true' }],
    ['a field too many', { fault: 'slow', on: true, times: 1 }],
    ['an unknown action', { action: 'toString' }],
    ['null', 'null'],
  ])('changes nothing and answers 400 for %s', async (_, body) => {
    const { change, faultsOn } = await setup();

    expect((await change(body)).status).toBe(400);
    expect(await faultsOn()).toEqual([]);
  });

  it('is not changed by a form, another method or a preflight', async () => {
    const { weather, change, faultsOn } = await setup();
    const methods = ['OPTIONS', 'PUT', 'DELETE'].map((method) =>
      fetch(`${weather.url}/~service/faults`, { method }),
    );

    const form = await change({ fault: 'slow', on: true }, { 'Content-Type': 'text/plain' });

    expect(form.status).toBe(415);
    for (const answer of await Promise.all(methods)) {
      expect(answer.status).toBe(405);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(await faultsOn()).toEqual([]);
  });

  it('may load only its own files', async () => {
    const { weather } = await setup();
    const page = await fetch(weather.url);
    const html = await page.text();
    const files = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);

    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    expect(html).not.toMatch(/<style|<script(?! src)|\son\w+=|style="/);
    expect(files).toHaveLength(3);
    for (const path of files) expect((await fetch(weather.url + path)).status).toBe(200);
  });

  it('shows text as text nodes', async () => {
    const script = await readFile('scripts/local/service/page/service.js', 'utf8');

    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|DOMParser/,
    );
  });

  it('gets the state at once and after each change and request, which do not count as requests', async () => {
    const { weather, get, change } = await setup();
    const response = await fetch(`${weather.url}/~service/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const read = async (part: string) => {
      while (!text.includes(part)) text += (await reader?.read())?.value ?? '';
    };
    await read('"title":"Local weather"');
    await change({ fault: 'hangs', on: true });
    await read('"name":"hangs","description":"never responds","on":true');
    await change({ fault: 'hangs', on: false });
    await get(POINT);
    await read(`"text":"${POINT}"`);
    await reader?.cancel();

    expect(weather.received.map(({ path }) => path)).toEqual([POINT]);
  });
});
