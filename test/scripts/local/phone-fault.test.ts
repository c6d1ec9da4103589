import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { NTFY_FAULTS } from '#scripts/local/ntfy/ntfy-faults.ts';
import { type Ntfy, startNtfy } from '#scripts/local/ntfy-server.ts';
import { patientFetch } from '#test/support/hanging.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const start = async (): Promise<Ntfy> => {
  const ntfy = await startNtfy();
  stops.push(ntfy.stop);
  return ntfy;
};
const set = (ntfy: Ntfy, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  fetch(`${ntfy.url}/~phone/fault`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const faultOf = async (ntfy: Ntfy) => (await fetch(`${ntfy.url}/~phone/fault`)).json();
const statusOf = (answer: Promise<Response>) =>
  answer.then(
    ({ status }) => status,
    ({ name }: Error) => name,
  );
const publish = (ntfy: Ntfy) =>
  statusOf(patientFetch(ntfy, ntfy.topicUrl('news'), { method: 'POST', body: 'hi' }));
/** `fetch` sets `Host` itself. */
const from = (ntfy: Ntfy, headers: Record<string, string>, method = 'POST') =>
  new Promise<number | undefined>((resolve, reject) => {
    const url = `${ntfy.url}/~phone/fault`;
    const call = request(url, { method, headers: { ...JSON_TYPE, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject).end(method === 'POST' ? '{"fault":"hangs"}' : undefined);
  });

describe('the fault of the local phone', () => {
  it.each([
    { fault: 'answers 503', sees: 503 },
    { fault: 'answers 400', sees: 400 },
    { fault: 'answers 401', sees: 401 },
    { fault: 'answers 429', sees: 429 },
    { fault: 'hangs', sees: 'TimeoutError' },
  ])('$fault: a publish request gets $sees until the fault is none', async ({ fault, sees }) => {
    const ntfy = await start();

    expect(await (await set(ntfy, { fault })).json()).toEqual({ fault });
    expect(await faultOf(ntfy)).toEqual({ fault });
    expect([await publish(ntfy), await publish(ntfy)]).toEqual([sees, sees]);
    expect(await (await set(ntfy, { fault: 'none' })).json()).toEqual({ fault: 'none' });
    expect(await publish(ntfy)).toBe(200);
    expect(ntfy.messages('news')).toHaveLength(1);
  });

  it('is the last one that was chosen', async () => {
    const ntfy = await start();
    await set(ntfy, { fault: 'hangs' });
    await set(ntfy, { fault: 'answers 429' });

    expect([await faultOf(ntfy), await publish(ntfy)]).toEqual([{ fault: 'answers 429' }, 429]);
  });

  it.each(Object.keys(NTFY_FAULTS))(
    'does not affect /v1/health, the page and its own address: %s',
    async (fault) => {
      const ntfy = await start();
      await set(ntfy, { fault });
      const seen = ['/v1/health', '/', '/~phone/phone.js', '/~phone/fault'].map((path) =>
        statusOf(fetch(ntfy.url + path)),
      );

      expect(await Promise.all(seen)).toEqual([200, 200, 200, 200]);
    },
  );

  it.each([
    ['nothing', ''],
    ['no JSON', 'answers 503'],
    ['text after the object', '{"fault":"hangs"} x'],
    ['another shape', '["hangs"]'],
    ['null', 'null'],
    ['no fault', {}],
    ['an unknown fault', { fault: 'sad' }],
    ['a name that every object has', { fault: 'constructor' }],
    ['the fault of no button', { fault: 'other' }],
    ['a number', { fault: 503 }],
    ['a field too many', { fault: 'hangs', times: 1 }],
  ])('is not changed by %s, and the response is 400', async (_, body) => {
    const ntfy = await start();
    await set(ntfy, { fault: 'answers 503' });

    expect((await set(ntfy, body)).status).toBe(400);
    expect(await faultOf(ntfy)).toEqual({ fault: 'answers 503' });
  });

  it.each([
    ['the page of another site', { Origin: 'http://example.org' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a page on another port', { Origin: 'http://127.0.0.1:1' }],
    ['a page over https', { Origin: 'https://127.0.0.1:2586', Host: '127.0.0.1:2586' }],
    ['a name that was rebound', { Host: 'example.org', Origin: 'http://example.org' }],
    ['a name that begins like ours', { Host: 'localhost.example.org' }],
  ])('is refused to %s', async (_, headers) => {
    const ntfy = await start();

    expect([await from(ntfy, headers), await from(ntfy, headers, 'GET')]).toEqual([403, 403]);
    expect(await faultOf(ntfy)).toEqual({ fault: 'none' });
  });

  it.each(['127.0.0.1:2586', 'localhost:2586', '[::1]:9000'])(
    'can be changed by the page at %s',
    async (Host) => {
      const ntfy = await start();

      expect(await from(ntfy, { Host, Origin: `http://${Host}` })).toBe(200);
      expect(await faultOf(ntfy)).toEqual({ fault: 'hangs' });
    },
  );

  it('is not changed by a form, and a preflight is refused', async () => {
    const ntfy = await start();
    const form = await set(ntfy, { fault: 'hangs' }, { 'Content-Type': 'text/plain' });
    const preflight = await fetch(`${ntfy.url}/~phone/fault`, { method: 'OPTIONS' });

    expect([form.status, preflight.status]).toEqual([415, 405]);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(await faultOf(ntfy)).toEqual({ fault: 'none' });
  });

  it('is returned with the headers of the page and does not count as a request', async () => {
    const ntfy = await start();
    const answer = await set(ntfy, { fault: 'hangs' });

    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(ntfy.requests).toBe(0);
  });

  it('has a button for each fault', async () => {
    const html = await readFile('scripts/local/phone/phone.html', 'utf8');
    const buttons = [...html.matchAll(/<button[^>]*>([^<]+)</g)].map(([, name]) => name);

    expect(buttons).toEqual(['none', ...Object.keys(NTFY_FAULTS)]);
  });

  it('is shown on every open page after each change and when it ends', async () => {
    const ntfy = await start();
    const response = await fetch(`${ntfy.url}/~phone/pushes`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const faults = () => [...heard.matchAll(/event: fault\ndata: (.*)\n/g)].map(([, name]) => name);
    const receive = async (count: number) => {
      while (faults().length < count) heard += (await reader?.read())?.value ?? '';
    };
    await receive(1);
    ntfy.switchOn({ kind: 'status', status: 500, times: 1 });
    await receive(2);
    await publish(ntfy);
    await receive(3);
    // A new choice first switches the earlier fault off, so the page gets two events.
    await set(ntfy, { fault: 'answers 401' });
    await receive(5);
    await reader?.cancel();

    expect(faults()).toEqual(['"none"', '"other"', '"none"', '"none"', '"answers 401"']);
  });
});
