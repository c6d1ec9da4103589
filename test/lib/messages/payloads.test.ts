import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** The module as a function with this `PUBLIC_URL` loads it. */
const loadAt = async (publicUrl: string) => {
  vi.stubEnv('PUBLIC_URL', publicUrl);
  vi.resetModules();
  const { checkPayload, readPayload } = await import('#lib/messages/payloads.ts');
  const isAccepted = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  };
  return {
    check: (click: string) => isAccepted(() => checkPayload('notify', { message: 'a', click })),
    read: (click: string) => isAccepted(() => readPayload('notify', { message: 'a', click })),
  };
};

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

describe('the link of a push', () => {
  it.each([
    'https://a.example',
    'https://a.example/path?q=1#f',
    'HTTPS://A.EXAMPLE/',
    'https://localhost/',
  ])('may be an https link: %s', async (link) => {
    const { check, read } = await loadAt('https://platform.example');

    expect([check(link), read(link)]).toEqual([true, true]);
  });

  it.each([
    'http://a.example/',
    'http://platform.example/',
    'http://localhost:7070/',
    'javascript:alert(1)',
    'https:/a.example',
    '//a.example',
    '/messages',
    'a.example',
    '',
    `https://a.example/${'x'.repeat(2_000)}`,
  ])('must not be anything else: %.40s', async (link) => {
    const { check, read } = await loadAt('https://platform.example');

    expect([check(link), read(link)]).toEqual([false, false]);
  });

  it.each([
    'http://localhost:7070',
    'http://localhost:7070/',
    'http://localhost:7070/messages/msg_1?tab=run#end',
    'HTTP://LOCALHOST:7070/',
  ])('may lead to the platform if that has no https: %s', async (link) => {
    const { check, read } = await loadAt('http://localhost:7070');

    expect([check(link), read(link)]).toEqual([true, true]);
  });

  it.each([
    'http://localhost:7071/',
    'http://localhost/',
    'http://localhost:70700/',
    'http://localhost:7070.evil.example/',
    'http://localhost:7070@evil.example/',
    'http://evil.example/http://localhost:7070/',
    'http://localhost.evil.example:7070/',
    'http://127.0.0.1:7070/',
    'ftp://localhost:7070/',
  ])('must not lead to another place by http: %s', async (link) => {
    const { check, read } = await loadAt('http://localhost:7070');

    expect([check(link), read(link)]).toEqual([false, false]);
  });

  it('may lead to the platform at port 80, which URLs leave out', async () => {
    const { check } = await loadAt('http://localhost:80');

    expect(check('http://localhost/messages')).toBe(true);
  });
});
