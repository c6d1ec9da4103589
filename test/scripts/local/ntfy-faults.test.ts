import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { NtfyFault } from '#scripts/local/ntfy/faults.ts';
import { type Ntfy, startNtfy } from '#scripts/local/ntfy-server.ts';
import { patientFetch } from '#test/support/hanging.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const start = async (): Promise<Ntfy> => {
  const ntfy = await startNtfy();
  stops.push(ntfy.stop);
  return ntfy;
};
const publish = (ntfy: Ntfy, message = 'hi') =>
  patientFetch(ntfy, ntfy.url, {
    method: 'POST',
    body: JSON.stringify({ topic: 'news', message }),
  });
const outcome = (ntfy: Ntfy) =>
  publish(ntfy).then(
    async (response) => {
      try {
        return [response.status, await response.text()] as const;
      } catch {
        return 'cut' as const;
      }
    },
    (error: Error) => (error.name === 'TimeoutError' ? ('timeout' as const) : ('broken' as const)),
  );

describe('an ntfy server that fails on purpose', () => {
  it.each<{ fault: NtfyFault; sees: unknown; arrives: boolean }>([
    { fault: { kind: 'status', status: 503 }, sees: [503, '<html>503</html>'], arrives: false },
    {
      fault: { kind: 'status', status: 502, accepted: true },
      sees: [502, '<html>502</html>'],
      arrives: true,
    },
    {
      fault: { kind: 'status', status: 429, code: 42908 },
      sees: [429, expect.stringContaining('"code":42908')],
      arrives: false,
    },
    { fault: { kind: 'slow', delayMs: 50 }, sees: [200, expect.any(String)], arrives: true },
    { fault: { kind: 'hang' }, sees: 'timeout', arrives: false },
    { fault: { kind: 'hang', accepted: true }, sees: 'timeout', arrives: true },
    { fault: { kind: 'reset' }, sees: 'broken', arrives: false },
    { fault: { kind: 'cut-after-accept' }, sees: 'broken', arrives: true },
    { fault: { kind: 'cut-mid-answer' }, sees: 'cut', arrives: true },
    { fault: { kind: 'garbage' }, sees: [200, '<html>hello</html>'], arrives: false },
  ])(
    'with the fault $fault.kind responds with $sees, and whether the push arrives is $arrives',
    async ({ fault, sees, arrives }) => {
      const ntfy = await start();
      ntfy.switchOn(fault);

      expect(await outcome(ntfy)).toEqual(sees);
      expect(ntfy.messages('news')).toHaveLength(arrives ? 1 : 0);
    },
  );

  it('sends Retry-After only when the fault has one', async () => {
    const ntfy = await start();
    ntfy.switchOn({ kind: 'status', status: 429, retryAfter: '7' });

    expect((await publish(ntfy)).headers.get('retry-after')).toBe('7');
  });

  it('fails as often as each fault says, one fault after the other, then works', async () => {
    const ntfy = await start();
    ntfy.switchOn({ kind: 'status', status: 500, times: 2 });
    ntfy.switchOn({ kind: 'status', status: 502, times: 1 });
    const seen = [];
    for (let tries = 0; tries < 4; tries += 1) seen.push((await publish(ntfy)).status);

    expect(seen).toEqual([500, 500, 502, 200]);
    expect(ntfy.requests).toBe(4);
  });

  it('fails for one kind of request until the fault is switched off', async () => {
    const ntfy = await start();
    ntfy.switchOn({ kind: 'status', status: 500, only: 'read' });
    const read = async () => (await fetch(`${ntfy.topicUrl('news')}/json?poll=1`)).status;

    expect([await read(), (await publish(ntfy)).status]).toEqual([500, 200]);
    ntfy.switchOff();
    expect(await read()).toBe(200);
  });
});

describe('the local phone', () => {
  it('has a page that may load only its own files', async () => {
    const { url } = await start();
    const page = await fetch(`${url}/`);
    const html = await page.text();
    const files = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);

    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    expect(html).toContain('Waiting for the first push');
    expect(html).not.toMatch(/<style|<script(?! src)|\son\w+=|style="/);
    expect(files).toHaveLength(2);
    for (const path of files) expect((await fetch(url + path)).status).toBe(200);
  });

  it('shows text as text nodes, and links for web addresses only', async () => {
    const script = await readFile('scripts/local/phone/phone.js', 'utf8');

    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|DOMParser/,
    );
    expect(script).toContain('https?:');
  });

  it('streams the stored pushes and then new ones to its page, and does not count that as a request', async () => {
    const ntfy = await start();
    await publish(ntfy, 'before');
    const response = await fetch(`${ntfy.url}/~phone/pushes`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const heard = { text: '' };
    const receive = async (text: string) => {
      while (!heard.text.includes(text)) heard.text += (await reader?.read())?.value ?? '';
    };
    await receive('"before"');
    await publish(ntfy, 'after');
    await receive('"after"');
    await reader?.cancel();

    expect(heard.text).toMatch(/^event: fresh\n.*"before".*"after"/s);
    expect(ntfy.requests).toBe(2);
  });
});
