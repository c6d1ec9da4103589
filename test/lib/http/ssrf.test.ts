import { isIP, type LookupFunction } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { type HttpRequest, httpClient, newAgents } from '#lib/http/client.ts';
import { AppError } from '#lib/platform/errors.ts';
import { CARRIERS, HOSTILE_ADDRESSES, HOSTILE_V4, NOTATIONS } from './hostile-addresses.ts';
import { ADDRESS_URLS, ELSEWHERE, FORBIDDEN_URLS } from './hostile-urls.ts';
import { httpServer, tcpServer } from './loopback.ts';
import { type Attempt, socketTrap } from './socket-trap.ts';

const get = (url: string): HttpRequest => ({
  method: 'GET',
  url,
  headers: { authorization: 'Bearer canary' },
  deadlineMs: Date.now() + 60_000,
});

/** The result of a request: the error's code, or `ANSWERED`. */
const endOf = async (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'ANSWERED',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** Returns the next list of addresses for each lookup. The last list repeats. */
const resolver = (...answers: readonly (readonly string[])[]): LookupFunction => {
  let lookups = 0;
  return (_, __, callback) => {
    const answer = answers[Math.min(lookups, answers.length - 1)] ?? [];
    lookups += 1;
    callback(
      null,
      answer.map((address) => ({ address, family: isIP(address) })),
    );
  };
};

const GOOD = '1.1.1.1';
const GOOD_V6 = '2606:4700:4700::1111';
const SERVICE = 'https://service.example';

const trappedClient = (origins: readonly string[], lookup: LookupFunction, trap = socketTrap()) => {
  const client = httpClient({
    allowed: allowedOrigins(origins),
    agents: trap.agents,
    lookup,
    clock: { now: () => 0, sleep: () => new Promise(() => {}) },
  });
  return { ...trap, client };
};

/** Results of a DNS server that contain a hostile address among others. */
const MIXES: readonly ((hostile: string) => string[])[] = [
  (hostile) => [hostile],
  (hostile) => [GOOD, hostile],
  (hostile) => [hostile, GOOD],
  (hostile) => [GOOD_V6, hostile, GOOD],
];

const LOOKUPS_BEFORE_REBINDING = [0, 1, 2, 3, 4];

describe('no URL leads outside of the allowed origins (F57)', () => {
  it('is tested with at least 5,000 fixed vectors', () => {
    const answers = HOSTILE_ADDRESSES.length * MIXES.length;
    const rebinding = HOSTILE_V4.length * LOOKUPS_BEFORE_REBINDING.length;

    expect(FORBIDDEN_URLS.length + answers + rebinding).toBeGreaterThanOrEqual(5_000);
    expect(new Set(FORBIDDEN_URLS).size).toBeGreaterThan(3_000);
  });

  it('refuses every forbidden URL without a lookup or a connection', async () => {
    let lookups = 0;
    const { client, attempts } = trappedClient([SERVICE], () => {
      lookups += 1;
    });

    const ends = await Promise.all(FORBIDDEN_URLS.map((url) => endOf(client(get(url)))));

    expect(FORBIDDEN_URLS.filter((_, index) => ends[index] !== 'ORIGIN_NOT_ALLOWED')).toEqual([]);
    expect({ attempts, lookups }).toEqual({ attempts: [], lookups: 0 });
  });

  it('accepts no hostile address as an allowed origin, in any notation', () => {
    const accepted = ADDRESS_URLS.filter((url) => {
      try {
        allowedOrigins([url]);
        return true;
      } catch (error) {
        return !(error instanceof AppError && error.code === 'CONFIG_UNAVAILABLE');
      }
    });

    expect(accepted).toEqual([]);
  });
});

describe('no host name leads to an address that is not public (F57)', () => {
  it('refuses a lookup result with a hostile address, alone or among others, of either family', async () => {
    const slipped: string[] = [];
    const trap = socketTrap();
    for (const hostile of HOSTILE_ADDRESSES) {
      for (const mix of MIXES) {
        const { client } = trappedClient([SERVICE], resolver(mix(hostile)), trap);
        const end = await endOf(client(get(SERVICE)));
        if (end !== 'ADDRESS_NOT_PUBLIC') slipped.push(`${mix(hostile)}`);
      }
    }

    expect({ slipped, attempts: trap.attempts }).toEqual({ slipped: [], attempts: [] });
  });

  it('refuses a host name as soon as a lookup returns a hostile address', async () => {
    const wrong: string[] = [];
    for (const hostile of HOSTILE_V4) {
      for (const before of LOOKUPS_BEFORE_REBINDING) {
        const answers = [...Array.from({ length: before }, () => [GOOD]), [hostile]];
        const { client, attempts } = trappedClient([SERVICE], resolver(...answers));
        const ends: string[] = [];
        for (let n = 0; n < before + 2; n += 1) ends.push(await endOf(client(get(SERVICE))));

        const refused = ends.filter((end) => end === 'ADDRESS_NOT_PUBLIC').length;
        const connectedTo = attempts.flatMap(({ addresses }) => addresses);
        const isRight =
          refused === 2 &&
          connectedTo.length === before &&
          connectedTo.every((address) => address === GOOD);
        if (!isRight) wrong.push(`${hostile} after ${before}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it('connects to the address that it checked, with one lookup per connection', async () => {
    let lookups = 0;
    const { client, attempts } = trappedClient([SERVICE], (name, how, callback) => {
      lookups += 1;
      resolver([GOOD, GOOD_V6])(name, how, callback);
    });

    await endOf(client(get(SERVICE)));

    expect(lookups).toBe(1);
    expect(attempts).toEqual([
      { tls: true, pool: 'public', host: 'service.example', port: 443, addresses: [GOOD, GOOD_V6] },
    ]);
  });

  it.each(['127.0.0.1', CARRIERS.mapped?.('127.0.0.1') ?? ''])(
    'reaches no server on this machine through a name that answers %s',
    async (address) => {
      const { port, connections } = await tcpServer(() => {});
      const origin = `https://service.example:${port}`;
      const client = httpClient({
        allowed: allowedOrigins([origin]),
        agents: newAgents(),
        lookup: resolver([address]),
      });

      expect(await endOf(client(get(origin)))).toBe('ADDRESS_NOT_PUBLIC');
      expect(connections).toHaveLength(0);
    },
  );

  it('connects to a private address when the origin is listed as local', async () => {
    const { port } = await httpServer((_, response) => response.end('local'));
    const origin = `http://service.example:${port}`;
    const client = httpClient({
      allowed: allowedOrigins([origin], [origin]),
      agents: newAgents(),
      lookup: resolver(['127.0.0.1']),
    });

    expect((await client(get(origin))).body).toBe('local');
  });
});

describe('no redirect is followed', () => {
  const REDIRECTS = [300, 301, 302, 303, 307, 308];

  it.each(Array.from({ length: 10 }, (_, n) => n + 1))(
    'stays at the first of %i redirects to an origin that is not allowed (F57)',
    async (depth) => {
      const target = await httpServer((_, response) => response.end('secrets'));
      let requests = 0;
      const first = await httpServer((request, response) => {
        requests += 1;
        const left = Number(request.url?.slice(1)) - 1;
        const location = left > 0 ? `/${left}` : `${target.origin}/`;
        response.writeHead(REDIRECTS[depth % REDIRECTS.length] ?? 302, {
          location,
          refresh: `0; url=${location}`,
          'content-location': location,
          'alt-svc': `h2="127.0.0.1:${target.port}"`,
        });
        response.end();
      });
      const client = httpClient({
        allowed: allowedOrigins([first.origin], [first.origin]),
        agents: newAgents(),
      });

      const { status } = await client(get(`${first.origin}/${depth}`));

      expect(REDIRECTS).toContain(status);
      expect(requests).toBe(1);
      expect(target.connections).toHaveLength(0);
    },
  );

  it.each(REDIRECTS)(
    'sends no token after a redirect of %i, not even to an origin that is allowed (F58)',
    async (status) => {
      const tokens: (string | undefined)[] = [];
      const second = await httpServer((request, response) => {
        tokens.push(request.headers.authorization);
        response.end();
      });
      const first = await httpServer((_, response) => {
        response.writeHead(status, { location: `${second.origin}/` }).end();
      });
      const both = [first.origin, second.origin];
      const client = httpClient({ allowed: allowedOrigins(both, both), agents: newAgents() });

      expect(await client(get(first.origin))).toMatchObject({
        status,
        headers: { location: `${second.origin}/` },
      });
      expect(second.connections).toHaveLength(0);
      await client({ ...get(second.origin), headers: {} });
      expect(tokens).toEqual([undefined]);
    },
  );
});

describe('generated URLs (F57)', () => {
  const ORIGINS = [
    SERVICE,
    'https://other.example:8443',
    'https://a-b.service.example',
    'https://xn--bcher-kva.example',
    'https://1.0.0.1',
    `https://[${GOOD_V6}]`,
  ];
  const COUNT = 100_000;

  /** Other spellings of the same URL. */
  const honest = fc
    .record({
      origin: fc.constantFrom(...ORIGINS),
      capitals: fc.boolean(),
      dot: fc.boolean(),
      port: fc.boolean(),
      tail: fc.constantFrom(
        '',
        '/',
        '/a/b',
        '/?q=1',
        '/#f',
        '/@evil.example',
        '/a?u=http://127.0.0.1/',
      ),
    })
    .map(({ origin, capitals, dot, port, tail }) => {
      const { hostname, port: own } = new URL(origin);
      const name = dot && /[a-z]$/.test(hostname) ? `${hostname}.` : hostname;
      const written = `https://${name}${own === '' ? (port ? ':443' : '') : `:${own}`}`;
      return { url: `${capitals ? written.toUpperCase() : written}${tail}`, isHonest: true };
    });

  const host = fc.oneof(
    fc.constantFrom(...ELSEWHERE, ...ORIGINS.map((origin) => new URL(origin).hostname)),
    fc
      .tuple(fc.constantFrom(...HOSTILE_V4), fc.constantFrom(...Object.values(NOTATIONS)))
      .map(([v4, write]) => write(v4)),
  );

  const composed = fc
    .tuple(
      fc.constantFrom(
        'https://',
        'http://',
        'HTTPS://',
        'https:',
        'https:/',
        '//',
        'ws://',
        'ftp://',
        '',
      ),
      fc.constantFrom('', '', '', 'user@', 'user:pass@', 'service.example@', '@', ':@'),
      host,
      fc.constantFrom(
        '',
        '',
        ':443',
        ':80',
        ':8443',
        ':0443',
        ':0',
        ':99999',
        ':',
        ':443@evil.example',
      ),
      fc.constantFrom('', '/', '\\', '?', '#', '/@x', '\\@evil.example/', '.evil.example/'),
    )
    .map((parts) => parts.join(''));

  /** A URL with one or two characters added, removed or changed at critical places. */
  const bent = fc
    .tuple(
      fc.oneof(
        { weight: 2, arbitrary: composed },
        { weight: 1, arbitrary: honest.map(({ url }) => url) },
      ),
      fc.array(
        fc.record({
          at: fc.nat(60),
          take: fc.nat(1),
          put: fc.constantFrom(
            ...['', '.', '@', ':', '/', '\\', '#', '?', '%', '%2e', '%00', '%0a', '[', ']'],
            ...[
              '\t',
              '\n',
              '\r',
              '\0',
              ' ',
              '\u00ad',
              '\u200b',
              '\u3002',
              '\uff0e',
              '\uff0f',
              '\u2100',
            ],
            ...['0', '1', 'a', 'x', '-', '_', '*', '\u0131', '\u212a', '\ud800'],
          ),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    )
    .map(([url, bends]) =>
      bends.reduce((text, { at, take, put }) => {
        const where = at % (text.length + 1);
        return text.slice(0, where) + put + text.slice(where + take);
      }, url),
    );

  const generated = fc.oneof(
    { weight: 1, arbitrary: honest },
    { weight: 5, arbitrary: fc.oneof(composed, bent).map((url) => ({ url, isHonest: false })) },
  );

  const keyOf = ({ tls, host, port }: Pick<Attempt, 'tls' | 'host' | 'port'>) =>
    `${tls ? 'https' : 'http'}|${host}|${port}`;

  const LISTED = new Set(
    ORIGINS.map((origin) => {
      const { hostname, port } = new URL(origin);
      return `https|${hostname.replace(/[[\]]/g, '')}|${port || 443}`;
    }),
  );

  it('never lead to a connection outside of the list, and are never refused inside of it', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    const { client, attempts } = trappedClient(ORIGINS, resolver([GOOD, GOOD_V6]));
    const urls = fc.sample(generated, { numRuns: COUNT, seed });
    let refused = 0;
    const wronglyRefused: string[] = [];

    for (let at = 0; at < urls.length; at += 500) {
      await Promise.all(
        urls.slice(at, at + 500).map(async ({ url, isHonest }) => {
          const end = await endOf(client(get(url)));
          if (end === 'ORIGIN_NOT_ALLOWED') refused += 1;
          // The trap fails every connection, so an allowed request ends with a connection error.
          if (isHonest && end !== 'HTTP_CONNECTION') wronglyRefused.push(`${end} ${url}`);
        }),
      );
    }

    const outside = attempts.filter(
      (attempt) =>
        !LISTED.has(keyOf(attempt)) ||
        attempt.addresses.some((address) => ![GOOD, GOOD_V6, '1.0.0.1'].includes(address)),
    );
    expect({ seed, outside, wronglyRefused }).toEqual({ seed, outside: [], wronglyRefused: [] });
    expect(attempts.length + refused).toBe(COUNT);
    expect(refused).toBeGreaterThan(COUNT / 5);
    expect(attempts.length).toBeGreaterThan(COUNT / 10);
  });
});
