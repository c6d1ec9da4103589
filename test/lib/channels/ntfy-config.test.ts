import { describe, expect, it } from 'vitest';
import { readNtfyConfig } from '#lib/channels/ntfy-config.ts';
import { AppError } from '#lib/platform/errors.ts';

const read = (url: string, { token = 'none', local = [] as string[] } = {}) =>
  readNtfyConfig({ url, token }, local);

describe('readNtfyConfig', () => {
  it.each([
    { url: 'https://ntfy.example/my-Topic_1', origin: 'https://ntfy.example' },
    { url: ' https://ntfy.example:8443/t\n', origin: 'https://ntfy.example:8443' },
    {
      url: 'http://127.0.0.1:4567/t',
      local: ['http://127.0.0.1:4567'],
      origin: 'http://127.0.0.1:4567',
    },
    { url: `https://ntfy.example/${'t'.repeat(64)}`, origin: 'https://ntfy.example' },
  ])('reads $url', ({ url, local = [], origin }) => {
    const topic = url.trim().split('/').at(-1);

    expect(read(url, { local })).toEqual({ origin, topic, token: undefined });
  });

  it.each([
    ...['', 'none', 'ntfy.example/t', 'https://ntfy.example', 'https://ntfy.example/'],
    ...['http://ntfy.example/t', 'http://127.0.0.1:4567/t', 'ftp://ntfy.example/t'],
    ...['https://u:p@ntfy.example/t', 'https://ntfy.example/t?a=1', 'https://ntfy.example/t#a'],
    ...['https://ntfy.example/a/b', 'https://ntfy.example/a.b', 'https://ntfy.example/a,b'],
    ...[`https://ntfy.example/${'t'.repeat(65)}`, 'https://ntfy.example/v1'],
    ...['https://ntfy.example/docs', 'https://ntfy.example/account', 'https://ntfy.example/t%20t'],
  ])('throws an error after which pushes wait when ntfy-url is "%s"', (url) => {
    const refusal = { kind: 'unavailable', code: 'CONFIG_UNAVAILABLE', retryable: false };

    expect(() => read(url)).toThrow(expect.objectContaining(refusal));
  });

  it.each([
    { token: 'none', read: undefined },
    { token: 'tk_abc', read: 'tk_abc' },
    { token: ' tk_abc\n', read: 'tk_abc' },
  ])('reads token "$token"', ({ token, read: expected }) => {
    expect(read('https://ntfy.example/t', { token }).token).toBe(expected);
  });

  it.each(['', 'two words', 'tk\r\nX-Evil: 1', 'töken'])('refuses token "%s"', (token) => {
    expect(() => read('https://ntfy.example/t', { token })).toThrow('ntfy-token must be');
  });

  it('F35: names the wrong parameters without any part of their values', () => {
    let refused: unknown;
    try {
      read('http://canary-host.example/canary-topic', { token: 'canary token' });
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(AppError);
    expect((refused as AppError).message).toMatch(/ntfy-url .*; ntfy-token /);
    expect(JSON.stringify([refused, (refused as Error).stack])).not.toMatch(/canary[- ]/);
  });
});
