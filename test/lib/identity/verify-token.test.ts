import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { keySet } from '#lib/identity/key-set.ts';
import { signInAt } from '#lib/identity/sign-in/sign-in.ts';
import { REQUIRED_SCOPE, tokenVerifier, type VerifierOptions } from '#lib/identity/verify-token.ts';
import { virtualClock } from '#test/support/clock.ts';
import { leastCpuMs } from '#test/support/cpu.ts';
import { hostileTokens } from '#test/support/hostile-tokens.ts';
import { encoded, identityProvider, rs256 } from '#test/support/identity.ts';

const MINUTE_MS = 60_000;

const setup = (options: Partial<VerifierOptions> = {}) => {
  const clock = virtualClock();
  const pool = identityProvider({ now: clock.now });
  const fetchKeys = vi.fn(async () => pool.jwks());
  const keys = keySet({ fetchKeys, ttlMs: 24 * 60 * MINUTE_MS, clock, log: { warn: () => {} } });
  const find = vi.spyOn(keys, 'find');
  const { issuer, clientId } = pool;
  const verify = tokenVerifier({ issuer, clientId, keys, clock, ...options });
  return { clock, pool, find, fetchKeys, verify };
};

const { pool, verify } = setup();

describe('tokenVerifier', () => {
  it('returns the user and the roles', async () => {
    const token = pool.token({
      username: 'ada',
      groups: ['operator', 'viewer', 'us-east-1_Google'],
    });

    expect(await verify(`Bearer ${token}`)).toEqual({
      outcome: 'verified',
      identity: {
        username: 'ada',
        sub: 'sub-of-ada',
        roles: ['viewer', 'operator'],
        expires_at: '2026-03-01T13:00:00.000Z',
      },
    });
  });

  it.each(['bearer', 'BEARER', 'Bearer '])('accepts the scheme %j', async (scheme) => {
    expect(await verify(`${scheme} ${pool.token()}`)).toMatchObject({ outcome: 'verified' });
  });

  it('returns no role for a user without a group', async () => {
    expect(await verify(`Bearer ${pool.token()}`)).toMatchObject({ identity: { roles: [] } });
  });

  it.each(['openid', 'email openid', 'profile openid email'])(
    'takes the scope openid among others: %s',
    async (scope) => {
      expect(await verify(`Bearer ${pool.token({ claims: { scope } })}`)).toMatchObject({
        outcome: 'verified',
      });
    },
  );

  it('requires a scope that the sign-in requests', () => {
    const { pageUrl } = signInAt({
      loginUrl: 'https://pool.example',
      poolUrl: 'https://pool.example',
      clientId: 'client1',
      client: () => Promise.reject(new Error('not called')),
      clock: virtualClock(),
    });

    const url = new URL(
      pageUrl({ redirectUri: 'https://a.example', state: 's', codeChallenge: 'c' }),
    );

    expect(url.searchParams.get('scope')?.split(' ')).toContain(REQUIRED_SCOPE);
  });

  it.each([undefined, ''])('returns missing for the header %j', async (authorization) => {
    expect(await verify(authorization)).toEqual({ outcome: 'missing' });
  });

  it.each(hostileTokens(pool))('returns for $name: $outcome (F60, F61)', async (hostile) => {
    expect(await verify(hostile.authorization)).toEqual({
      outcome: hostile.outcome,
      why: expect.any(String),
    });
  });

  it('verifies a valid token after all hostile ones', async () => {
    expect(await verify(`Bearer ${pool.token()}`)).toMatchObject({ outcome: 'verified' });
  });

  it('returns a reason that contains no part of the token', async () => {
    const said = new Set<string>();
    for (const { authorization } of hostileTokens(pool)) {
      const judged = await verify(authorization);
      if ('why' in judged) said.add(judged.why);
    }

    expect([...said].sort()).toEqual([
      ...['algorithm', 'claims', 'client', 'form', 'header', 'issuer', 'key', 'length'],
      ...['not yet', 'scheme', 'scope', 'signature', 'use'],
    ]);
  });

  it('never verifies a token with one changed character', async () => {
    const good = pool.token({ groups: ['admin'] });
    const characters = fc.constantFrom(...'ABCDEFabcdef0189-_.=+/ %');
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), characters, async (at, character) => {
        fc.pre(good[at] !== character);
        const changed = `${good.slice(0, at)}${character}${good.slice(at + 1)}`;

        expect((await verify(`Bearer ${changed}`)).outcome).toMatch(
          /^(?:invalid|malformed|undecided)$/,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never throws for any text in the header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        expect(await verify(`Bearer ${text}`)).not.toMatchObject({ outcome: 'verified' });
      }),
      { numRuns: 300 },
    );
  });

  it('needs less than 50 ms of CPU for every hostile token (F68)', async () => {
    const slow: string[] = [];
    for (const { name, authorization } of hostileTokens(pool)) {
      const costMs = await leastCpuMs(() => verify(authorization), 50);
      if (costMs >= 50) slow.push(name);
    }

    expect(slow).toEqual([]);
  });
});

describe('the reason of a refusal', () => {
  it.each([
    { chars: 8_192, why: 'form' },
    { chars: 8_193, why: 'length' },
  ])('is $why for a header of $chars characters', async ({ chars, why }) => {
    const { verify } = setup();

    expect(await verify('Bearer '.padEnd(chars, 'a'))).toEqual({ outcome: 'malformed', why });
  });

  it('is the time of a token that has expired', async () => {
    expect(await setup().verify(`Bearer ${pool.token({ claims: { exp: 1 } })}`)).toEqual({
      outcome: 'expired',
      why: 'time',
    });
  });

  it.each<[string, Parameters<typeof pool.token>[0]]>([
    ['issuer', { claims: { iss: 'https://elsewhere.example' } }],
    ['client', { claims: { client_id: 'other' } }],
    ['use', { claims: { token_use: 'id' } }],
    ['scope', { claims: { scope: 'email' } }],
    ['claims', { claims: { exp: 'soon' } }],
    ['claims', { claims: { sub: 7 } }],
    ['claims', { claims: { 'cognito:groups': [7] } }],
    ['key', { header: { kid: 'no such key' } }],
  ])('is %s', async (why, change) => {
    expect(await setup().verify(`Bearer ${pool.token(change)}`)).toEqual({
      outcome: 'invalid',
      why,
    });
  });
});

describe('the time of a token', () => {
  it.each([
    { says: 'ends in an hour', claims: (s: number) => ({ exp: s + 3_600 }), outcome: 'verified' },
    {
      says: 'ended within the skew',
      claims: (s: number) => ({ exp: s - 29 }),
      outcome: 'verified',
    },
    { says: 'ended before the skew', claims: (s: number) => ({ exp: s - 30 }), outcome: 'expired' },
    {
      says: 'begins within the skew',
      claims: (s: number) => ({ nbf: s + 30 }),
      outcome: 'verified',
    },
    { says: 'begins after the skew', claims: (s: number) => ({ nbf: s + 31 }), outcome: 'invalid' },
    { says: 'ended long ago', claims: () => ({ exp: 0 }), outcome: 'expired' },
  ])('that $says has the outcome $outcome', async ({ claims, outcome }) => {
    const { clock, pool, verify } = setup();

    const token = pool.token({ claims: claims(clock.now() / 1_000) });

    expect(await verify(`Bearer ${token}`)).toMatchObject({ outcome });
  });

  it.each([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another client', { client_id: 'other' }],
    ['an id token', { token_use: 'id' }],
    ['a token without our scope', { scope: 'aws.cognito.signin.user.admin' }],
    ['no user name', { username: undefined }],
  ])('never makes %s expired instead of invalid', async (_, claims) => {
    const token = pool.token({ claims: { exp: 1, ...claims } });

    expect(await verify(`Bearer ${token}`)).toMatchObject({ outcome: 'invalid' });
  });

  it('never makes a forged token expired instead of invalid', async () => {
    const claims = pool.claimsOf({ claims: { exp: 1 } });
    const [, , signature] = pool.token().split('.');
    const forged = rs256(pool.headerOf(), claims, pool.key()).replace(/[^.]+$/, `${signature}`);

    expect(await verify(`Bearer ${forged}`)).toMatchObject({ outcome: 'invalid' });
  });
});

describe('the cache of verified tokens', () => {
  it('answers for a verified token until it expires', async () => {
    const { clock, pool, find, verify } = setup();
    const authorization = `Bearer ${pool.token()}`;

    await verify(authorization);
    await verify(authorization);
    expect(find).toHaveBeenCalledOnce();
    await clock.advance(59 * MINUTE_MS);
    expect(await verify(authorization)).toMatchObject({ outcome: 'verified' });
    expect(find).toHaveBeenCalledOnce();
    await clock.advance(2 * MINUTE_MS);

    expect(await verify(authorization)).toMatchObject({ outcome: 'expired' });
  });

  it('does not contain refused tokens, which are verified again', async () => {
    const { pool, find, verify } = setup();
    const authorization = `Bearer ${pool.token({ claims: { client_id: 'other' } })}`;

    await verify(authorization);
    await verify(authorization);

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('is limited, and drops the oldest token', async () => {
    const { pool, find, verify } = setup({ maxCached: 2 });
    const [first, second, third] = ['ada', 'bob', 'eve'].map(
      (username) => `Bearer ${pool.token({ username })}`,
    );

    for (const authorization of [first, second, third, third, second, first]) {
      expect(await verify(authorization)).toMatchObject({ outcome: 'verified' });
    }

    expect(find).toHaveBeenCalledTimes(4);
  });

  it('does not drop a token for a refused one', async () => {
    const { pool, find, verify } = setup({ maxCached: 1 });
    const good = `Bearer ${pool.token({ username: 'ada' })}`;
    const expired = pool.token({ claims: { exp: Number(pool.claimsOf().iat) - 3_600 } });

    for (const authorization of [good, `Bearer ${expired}`, `${good}AAAA`, good]) {
      await verify(authorization);
    }

    expect(find).toHaveBeenCalledTimes(3);
  });
});

describe('the rotation of keys', () => {
  it('locks out no user during traffic (F59)', async () => {
    const { clock, pool, fetchKeys, verify } = setup();
    const outcomes: string[] = [];
    const before = pool.token({ username: 'ada' });
    for (let minute = 0; minute < 30; minute += 1) {
      if (minute % 10 === 9) pool.rotate();
      const calls = [before, pool.token({ username: 'bob' }), pool.token({ username: 'eve' })];
      const judged = await Promise.all(calls.map((token) => verify(`Bearer ${token}`)));
      outcomes.push(...judged.map(({ outcome }) => outcome));
      await clock.advance(MINUTE_MS);
    }

    expect(new Set(outcomes)).toEqual(new Set(['verified']));
    expect(fetchKeys).toHaveBeenCalledTimes(4);
  });

  it('makes a token undecided while no fetch is possible, and verifies it afterwards (F59)', async () => {
    const { clock, pool, fetchKeys, verify } = setup();
    await verify(`Bearer ${pool.token()}`);
    pool.rotate();
    const fresh = `Bearer ${pool.token({ username: 'bob' })}`;
    const judged: string[] = [];

    for (let second = 0; second <= 10; second += 1) {
      judged.push((await verify(fresh)).outcome);
      await clock.advance(1_000);
    }

    expect(judged).toEqual([...Array(10).fill('undecided'), 'verified']);
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['another issuer', { iss: 'https://elsewhere.example' }, 'invalid'],
    ['another client', { client_id: 'other' }, 'invalid'],
    ['another use', { token_use: 'id' }, 'invalid'],
    ['another scope', { scope: 'aws.cognito.signin.user.admin' }, 'invalid'],
    ['no user', { username: undefined }, 'invalid'],
    ['a start in the future', { nbf: 4_000_000_000 }, 'invalid'],
    ['nothing wrong', {}, 'undecided'],
  ])(
    'decides by the claims about a token of an unknown key with %s while no fetch is possible',
    async (_, claims, outcome) => {
      const { pool, verify } = setup();
      await verify(`Bearer ${pool.token()}`);
      pool.rotate();

      expect(await verify(`Bearer ${pool.token({ claims })}`)).toMatchObject({
        outcome,
        why: 'key',
      });
    },
  );

  it('causes no fetch for invented well-formed kids during the pause, and verifies none of them', async () => {
    const { pool, fetchKeys, verify } = setup();
    await verify(`Bearer ${pool.token()}`);
    const [, claims, signature] = pool.token({ groups: ['admin'] }).split('.');
    const outcomes = new Set<string>();

    for (let n = 0; n < 10_000; n += 1) {
      const header = { alg: 'RS256', kid: n.toString(36).padStart(5, '-') };
      const token = `${encoded(header)}.${claims}.${signature}`;
      outcomes.add((await verify(`Bearer ${token}`)).outcome);
    }

    expect(outcomes).toEqual(new Set(['undecided']));
    expect(fetchKeys).toHaveBeenCalledOnce();
  });

  it('causes one fetch in ten seconds for invented kids, and delays no other call (F59)', async () => {
    const { clock, pool, fetchKeys, verify } = setup();
    await verify(`Bearer ${pool.token()}`);
    await clock.advance(MINUTE_MS);
    let answer = (_: string) => {};
    fetchKeys.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const [, claims, signature] = pool.token().split('.');
    const invented = (kid: number) =>
      `Bearer ${Buffer.from(`{"alg":"RS256","kid":"k${kid}"}`).toString('base64url')}.${claims}.${signature}`;

    const flood = Array.from({ length: 10_000 }, (_, kid) => verify(invented(kid)));
    const honest = await verify(`Bearer ${pool.token({ username: 'bob' })}`);
    answer(pool.jwks());
    const outcomes = new Set((await Promise.all(flood)).map(({ outcome }) => outcome));

    expect(honest).toMatchObject({ outcome: 'verified' });
    expect(outcomes).toEqual(new Set(['invalid']));
    expect(fetchKeys).toHaveBeenCalledTimes(2);
  });
});
