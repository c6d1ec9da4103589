import { describe, expect, it } from 'vitest';
import type { CallService } from '#lib/credentials/request-token.ts';
import { serviceTokenVerifier } from '#lib/credentials/verify-service-token.ts';
import { AppError } from '#lib/platform/errors.ts';
import { virtualClock } from '#test/support/clock.ts';
import { hostileTokens } from '#test/support/hostile-tokens.ts';
import {
  encoded,
  type IdentityProvider,
  identityProvider,
  type TokenOverrides,
} from '#test/support/identity.ts';
import { capturingLog } from '#test/support/log.ts';

const MINUTE_MS = 60_000;
const GOLFER = { golferId: '4711', acct: '10042', email: 'ada@example.com' };

/** A provider whose tokens name a golfer. */
const golfProvider = (now: () => number): IdentityProvider => {
  const pool = identityProvider({ now });
  const withGolfer = (overrides: TokenOverrides = {}) => ({
    ...overrides,
    claims: { ...GOLFER, ...overrides.claims },
  });
  return {
    ...pool,
    claimsOf: (overrides) => pool.claimsOf(withGolfer(overrides)),
    token: (overrides) => pool.token(withGolfer(overrides)),
    idToken: (overrides) => pool.idToken(withGolfer(overrides)),
  };
};

const setup = () => {
  const clock = virtualClock();
  const pool = golfProvider(clock.now);
  const requests: string[] = [];
  const answer = { status: 200 };
  const call: CallService = async (service, { method, path }) => {
    requests.push(`${method} ${service.origin}${path}`);
    return { status: answer.status, headers: {}, body: pool.jwks() };
  };
  const log = capturingLog();
  const verify = serviceTokenVerifier({
    service: { name: 'cps-east', origin: 'https://east.example' },
    keysPath: '/keys',
    clock,
    log,
  });
  const limits = () => ({
    deadlineMs: clock.now() + 30_000,
    signal: new AbortController().signal,
    call,
  });
  const codeOf = (token: string) =>
    verify(token, limits()).then(
      () => 'verified',
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  return {
    clock,
    pool,
    requests,
    answer,
    log,
    codeOf,
    verify: (token: string) => verify(token, limits()),
  };
};

/** Valid tokens of the site: they break rules of the user pool only, for claims and for the header of the API. */
const VALID_AT_THE_SITE = [
  'a client as audience alone',
  'a name of 129 characters',
  'a name with a line break',
  'a scope of the pool’s own API',
  'a scope that is an object',
  'a scope that only contains the word',
  'a user that is an object',
  'a user without a name',
  'an empty scope',
  'an id token',
  'an id token with a client',
  'an issuer with a slash more',
  'another client',
  'another issuer',
  'groups that are a text',
  'groups that are numbers',
  'issuers in a list',
  'no client',
  'no issuer',
  'no scheme',
  'no scope',
  'no use',
  'no user',
  'scopes in a list',
  'scopes with commas',
  'the scope in capitals',
  'the use "refresh"',
];

describe('a token of a service', () => {
  it('names the golfer, with one type for each claim', async () => {
    const { verify, pool, clock } = setup();
    const endMs = clock.now() + 60 * MINUTE_MS;

    expect(await verify(pool.token())).toEqual({
      claims: { golferId: 4_711, acct: '10042', email: 'ada@example.com' },
      endMs,
    });
    expect(await verify(pool.token({ claims: { golferId: 4_711, acct: 10_042 } }))).toMatchObject({
      claims: { golferId: 4_711, acct: '10042' },
    });
  });

  it.each([
    { golferId: undefined },
    { golferId: '' },
    { golferId: '47-11' },
    { golferId: -1 },
    { golferId: 4711.5 },
    { golferId: '9'.repeat(16) },
    { golferId: ['4711'] },
    { acct: undefined },
    { acct: '' },
    { acct: 'a\nb' },
    { acct: 'a'.repeat(65) },
    { acct: true },
    { email: undefined },
    { email: '' },
    { email: 'ada' },
    { email: 'ada@example.com\r\nX: y' },
    { email: 'a b@example.com' },
    { email: `${'a'.repeat(250)}@b.example` },
    { email: { address: 'ada@example.com' } },
    { exp: undefined },
    { exp: 'tomorrow' },
  ])('with the claims %j is refused', async (claims) => {
    const { codeOf, pool } = setup();

    expect(await codeOf(pool.token({ claims }))).toBe('UNREADABLE_RESPONSE');
  });

  it('that is hostile is refused, with an error that contains no part of it (F60)', async () => {
    const { verify, pool } = setup();
    const verified: string[] = [];
    for (const { name, authorization } of hostileTokens(pool)) {
      const token = authorization.replace(/^Bearer /, '');
      const error = await verify(token).then(
        () => verified.push(name),
        (reason: unknown) => reason,
      );
      if (!(error instanceof AppError)) continue;
      expect(error.message).toMatch(/^cps-east sent a token that is not valid \([a-z ]+\)$/);
      expect(error.cause).toBeUndefined();
    }

    expect(verified.sort()).toEqual(VALID_AT_THE_SITE);
  });

  it('with an invented kid causes at most one fetch in ten seconds, and valid tokens pass (F59)', async () => {
    const { clock, codeOf, pool, requests } = setup();
    expect(await codeOf(pool.token())).toBe('verified');
    await clock.advance(MINUTE_MS);
    const [, claims, signature] = pool.token().split('.');
    const codes = new Set<string>();

    for (let n = 0; n < 10_000; n += 1) {
      const header = { alg: 'RS256', kid: n.toString(36).padStart(5, '-') };
      codes.add(await codeOf(`${encoded(header)}.${claims}.${signature}`));
      if (n % 2_500 === 0) expect(await codeOf(pool.token())).toBe('verified');
    }

    expect(codes).toEqual(new Set(['UNREADABLE_RESPONSE', 'KEYS_UNAVAILABLE']));
    expect(requests).toHaveLength(2);
    expect(requests[0]).toBe('GET https://east.example/keys');
  });

  it('of a new key is verified at once, or after the pause', async () => {
    const { clock, codeOf, pool } = setup();
    await codeOf(pool.token());
    pool.rotate();

    expect(await codeOf(pool.token())).toBe('KEYS_UNAVAILABLE');
    await clock.advance(10_000);
    expect(await codeOf(pool.token())).toBe('verified');
  });

  it('of a removed key is refused after an hour', async () => {
    const { clock, codeOf, pool } = setup();
    const token = pool.token({ claims: { exp: Math.floor(clock.now() / 1_000) + 7_200 } });
    await codeOf(token);
    pool.publish(pool.rotate({ publish: false }));

    await clock.advance(60 * MINUTE_MS - 1);
    expect(await codeOf(token)).toBe('verified');
    await clock.advance(1);
    expect(await codeOf(token)).toBe('UNREADABLE_RESPONSE');
  });

  it('is verified with the last keys while the key set answers 404', async () => {
    const { clock, codeOf, pool, answer, log } = setup();
    await codeOf(pool.token());
    answer.status = 404;
    await clock.advance(120 * MINUTE_MS);

    expect(await codeOf(pool.token())).toBe('verified');
    expect(log.lines).toMatchObject([{ message: 'key set not refreshed' }]);
  });
});
