import { describe, expect, it } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';

const PUBLIC = ['https://service.example', 'https://other.example:8443', 'https://1.1.1.1'];
const LOCAL = 'http://127.0.0.1:2586';

const allowed = allowedOrigins([...PUBLIC, LOCAL], [LOCAL, 'http://localhost:9']);

describe('allowedOrigins', () => {
  it.each([
    'https://service.example',
    'https://service.example/',
    'https://service.example:443/path?query#fragment',
    'https://SERVICE.Example/',
    'HTTPS://service.example/',
    'https://service.example./',
    'https://service.example.:443/',
    'https://ｓervice.example/',
    'https://service。example/',
    'https://service.example/@other/..//\u00e4?url=http://127.0.0.1/',
  ])('reads %s as https://service.example', (url) => {
    expect(allowed.targetOf(url)).toMatchObject({
      tls: true,
      host: 'service.example',
      port: 443,
      local: false,
    });
  });

  it.each([
    'http://service.example/',
    'http://service.example:443/',
    'https://service.example:80/',
    'https://service.example:8443/',
    'https://other.example/',
    'https://service.example../',
    'https://.service.example/',
    'https://a.service.example/',
    'https://service.example.evil.example/',
    'https://user@service.example/',
    'https://user:pass@service.example/',
    'https://:pass@service.example/',
    'https://service.example@evil.example/',
    'https://service.example\\@evil.example/',
    'https://evil.example\\@service.example/',
    'https://service.example\\.evil.example/',
    'https://serv\tice.example/',
    'https://service.example\n/',
    ' https://service.example/',
    'https://service.example/ ',
    'https://service.example/a b',
    'https://service.example/\u0000',
    'https://service.example/\u2028',
    'wss://service.example/',
    'ftp://service.example/',
    'file:///service.example/',
    'blob:https://service.example/',
    'javascript://service.example/%0aalert(1)',
    '//service.example/',
    'service.example',
    'https://',
    'https://./',
    '',
    'http://127.0.0.1:2587/',
    'https://127.0.0.1:2586/',
    'http://localhost:9/',
  ])('refuses %j with an error that does not contain it', (url) => {
    const refused = { kind: 'invalid', code: 'ORIGIN_NOT_ALLOWED' };

    expect(() => allowed.targetOf(url)).toThrow(expect.objectContaining(refused));
    expect(() => allowed.targetOf(url)).not.toThrow(/example|127/);
  });

  it('returns the host without brackets and the path with query and without fragment', () => {
    const six = allowedOrigins(['https://[2606:4700:4700::1111]:8443']);

    expect(six.targetOf('https://[2606:4700:4700:0::1111]:8443/a/../b?c=d#e')).toEqual({
      tls: true,
      host: '2606:4700:4700::1111',
      port: 8443,
      path: '/b?c=d',
      local: false,
    });
  });

  it('marks an origin that is also listed as local', () => {
    expect(allowed.targetOf('http://127.1:2586/topic')).toMatchObject({ tls: false, local: true });
  });

  it.each([
    'http://service.example',
    'https://127.0.0.1',
    'https://[::1]',
    'https://2130706433',
    'https://169.254.169.254',
    'https://service.example/topic',
    'https://service.example?topic',
    'https://user@service.example',
    'ftp://service.example',
    'service.example',
    'https://*.example',
    '*',
    '',
  ])(
    'fails as unavailable with %j in the list, so that work waits until the list is corrected',
    (origin) => {
      const refused = { kind: 'unavailable', code: 'CONFIG_UNAVAILABLE', retryable: false };

      expect(() => allowedOrigins([...PUBLIC, origin])).toThrow(expect.objectContaining(refused));
      expect(() => allowedOrigins([...PUBLIC, origin])).toThrow(/^origin 4 of the list is /);
    },
  );

  it.each(['https://*.example', 'nonsense', 'http://127.0.0.1:1/path', 'ftp://127.0.0.1'])(
    'does not start with %j among the local origins',
    (origin) => {
      expect(() => allowedOrigins([], [origin])).toThrow(/^origin 1 of the list is not an origin/);
    },
  );

  it.each([
    { origin: 'http://local.example', port: 80 },
    { origin: 'http://local.example:80', port: 80 },
    { origin: 'http://local.example:8080', port: 8_080 },
    { origin: 'https://local.example', port: 443 },
  ])('connects to $origin at port $port', ({ origin, port }) => {
    expect(allowedOrigins([origin], [origin]).targetOf(origin)).toMatchObject({ port });
  });

  it('allows no origin when the list is empty', () => {
    expect(() => allowedOrigins([]).targetOf('https://service.example/')).toThrow();
  });
});
