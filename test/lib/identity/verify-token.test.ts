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
  const keys = keySet({ fetchKeys, clock, log: { warn: () => {} } });
  const find = vi.spyOn(keys, 'find');
  const { issuer, clientId } = pool;
  const verify = tokenVerifier({ issuer, clientId, keys, clock, ...options });
  return { clock, pool, find, fetchKeys, verify };
};

const { pool, verify } = setup();

describe('tokenVerifier', () => {
  it('says who it is and what they may', async () => {
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

  it.each(['bearer', 'BEARER', 'Bearer '])('takes the scheme as %j', async (scheme) => {
    expect(await verify(`${scheme} ${pool.token()}`)).toMatchObject({ outcome: 'verified' });
  });

  it('gives a user in no group no role', async () => {
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

  it('asks of a token for a scope that the sign-in page is asked for', () => {
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

  it.each([undefined, ''])('calls a header %j missing', async (authorization) => {
    expect(await verify(authorization)).toEqual({ outcome: 'missing' });
  });

  it.each(hostileTokens(pool))('calls $name $outcome (F60, F61)', async (hostile) => {
    expect(await verify(hostile.authorization)).toEqual({
      outcome: hostile.outcome,
      why: expect.any(String),
    });
  });

  it('takes a good token after all of them: what it is refused for is not that it comes last', async () => {
    expect(await verify(`Bearer ${pool.token()}`)).toMatchObject({ outcome: 'verified' });
  });

  it('says why in plain words of its own, and nothing of the token', async () => {
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

  it('never takes a token with any one character changed', async () => {
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

  it('never throws, whatever stands in the header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        expect(await verify(`Bearer ${text}`)).not.toMatchObject({ outcome: 'verified' });
      }),
      { numRuns: 300 },
    );
  });

  it('judges the hostile quickly: none costs 50 ms (F68)', async () => {
    const slow: string[] = [];
    for (const { name, authorization } of hostileTokens(pool)) {
      const costMs = await leastCpuMs(() => verify(authorization), 50);
      if (costMs >= 50) slow.push(name);
    }

    expect(slow).toEqual([]);
  });
});

describe('time', () => {
  it.each([
    { says: 'an hour left', claims: (s: number) => ({ exp: s + 3_600 }), outcome: 'verified' },
    {
      says: 'ended within the skew',
      claims: (s: number) => ({ exp: s - 29 }),
      outcome: 'verified',
    },
    { says: 'ended before it', claims: (s: number) => ({ exp: s - 30 }), outcome: 'expired' },
    { says: 'begins within it', claims: (s: number) => ({ nbf: s + 30 }), outcome: 'verified' },
    { says: 'begins after it', claims: (s: number) => ({ nbf: s + 31 }), outcome: 'invalid' },
    { says: 'ended long ago', claims: () => ({ exp: 0 }), outcome: 'expired' },
  ])('calls a token that $says $outcome', async ({ claims, outcome }) => {
    const { clock, pool, verify } = setup();

    const token = pool.token({ claims: claims(clock.now() / 1_000) });

    expect(await verify(`Bearer ${token}`)).toMatchObject({ outcome });
  });

  it.each([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another client', { client_id: 'other' }],
    ['an id token', { token_use: 'id' }],
    ['a token without our scope', { scope: 'aws.cognito.signin.user.admin' }],
    ['no name', { username: undefined }],
  ])('does not call %s expired: it never was ours', async (_, claims) => {
    const token = pool.token({ claims: { exp: 1, ...claims } });

    expect(await verify(`Bearer ${token}`)).toMatchObject({ outcome: 'invalid' });
  });

  it('does not call a forged token expired', async () => {
    const claims = pool.claimsOf({ claims: { exp: 1 } });
    const [, , signature] = pool.token().split('.');
    const forged = rs256(pool.headerOf(), claims, pool.key()).replace(/[^.]+$/, `${signature}`);

    expect(await verify(`Bearer ${forged}`)).toMatchObject({ outcome: 'invalid' });
  });
});

describe('what was verified', () => {
  it('is not verified again until it expires, and then it is expired', async () => {
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

  it('is all that is remembered: a refusal is judged anew', async () => {
    const { pool, find, verify } = setup();
    const authorization = `Bearer ${pool.token({ claims: { client_id: 'other' } })}`;

    await verify(authorization);
    await verify(authorization);

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('is bounded: the oldest makes room', async () => {
    const { pool, find, verify } = setup({ maxCached: 2 });
    const [first, second, third] = ['ada', 'bob', 'eve'].map(
      (username) => `Bearer ${pool.token({ username })}`,
    );

    for (const authorization of [first, second, third, third, second, first]) {
      expect(await verify(authorization)).toMatchObject({ outcome: 'verified' });
    }

    expect(find).toHaveBeenCalledTimes(4);
  });

  it('has no room for tokens that were refused', async () => {
    const { pool, find, verify } = setup({ maxCached: 1 });
    const good = `Bearer ${pool.token({ username: 'ada' })}`;
    const expired = pool.token({ claims: { exp: Number(pool.claimsOf().iat) - 3_600 } });

    for (const authorization of [good, `Bearer ${expired}`, `${good}AAAA`, good]) {
      await verify(authorization);
    }

    expect(find).toHaveBeenCalledTimes(3);
  });
});

describe('keys', () => {
  it('rotate in the middle of traffic, and nobody is locked out (F59)', async () => {
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

  it('that are made while the pool cannot be asked lock nobody out for longer (F59)', async () => {
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
    ['a beginning to come', { nbf: 4_000_000_000 }, 'invalid'],
    ['nothing wrong', {}, 'undecided'],
  ])('unknown and unasked: a token with %s', async (_, claims, outcome) => {
    const { pool, verify } = setup();
    await verify(`Bearer ${pool.token()}`);
    pool.rotate();

    expect(await verify(`Bearer ${pool.token({ claims })}`)).toMatchObject({ outcome, why: 'key' });
  });

  it('of invented names that look right cost no fetch while it pauses, and let nobody in', async () => {
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

  it('of invented names cost one fetch in ten seconds, and hold up nobody (F59)', async () => {
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
