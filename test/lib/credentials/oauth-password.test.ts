import { describe, expect, it } from 'vitest';
import { GOLF_SECRET_ID, golfWorld } from './golf-world.ts';

const MINUTE_MS = 60_000;

describe('a token for a password', () => {
  it('authenticates calls, with verified claims, and is cached until ten minutes before its end', async () => {
    const { authorize, call, time } = await golfWorld();

    const first = await authorize();
    time.ms += 50 * MINUTE_MS - 1;
    const last = await authorize();
    time.ms += 1;
    const next = await authorize();

    expect(first).toEqual({
      headers: { Authorization: expect.stringMatching(/^Bearer eyJ/) },
      isCached: false,
      claims: { golferId: 4_711, acct: '10042', email: 'ada@example.com' },
    });
    expect(last).toEqual({ ...first, isCached: true });
    expect(next.isCached).toBe(false);
    expect(next.headers).not.toEqual(first.headers);
    expect(await call()).toBe(200);
  });

  it('lives an hour when the response says 0 seconds', async () => {
    const { authorize, site, time } = await golfWorld();
    site.faults.switchOn('expires_in is 0', 1);
    await authorize();

    time.ms += 50 * MINUTE_MS - 1;
    expect((await authorize()).isCached).toBe(true);
    time.ms += 1;
    expect((await authorize()).isCached).toBe(false);
  });

  it('is requested once for concurrent callers', async () => {
    const { authorize, verdicts } = await golfWorld();

    const all = await Promise.all([authorize(), authorize(), authorize()]);

    expect(new Set(all.map(({ headers }) => headers.Authorization)).size).toBe(1);
    // One request for the token, one for the keys.
    expect(verdicts).toEqual(['success', 'success']);
  });

  it('is requested again by a caller whose predecessor ran out of time', async () => {
    const { authorize, credentials, limits, time } = await golfWorld();
    const service = { name: 'cps-east', origin: 'http://127.0.0.1:1' };
    const authentication = {
      type: 'oauth_password',
      secret: 'golf/credentials',
      token_path: '/token',
    } as const;

    const results = await Promise.allSettled([
      credentials.authorize(service, authentication, { ...limits(), deadlineMs: time.ms }),
      credentials.authorize(service, authentication, limits()),
      authorize(),
    ]);

    expect(results).toMatchObject([
      { reason: { code: 'HTTP_DEADLINE' } },
      { reason: { code: 'ORIGIN_NOT_ALLOWED' } },
      { status: 'fulfilled' },
    ]);
  });

  it.each([
    ['tokens of another key', 'UNREADABLE_RESPONSE', 'is not valid (key)'],
    ['tokens are expired', 'UNREADABLE_RESPONSE', 'is not valid (time)'],
    ['tokens without golferId', 'UNREADABLE_RESPONSE', 'is not valid (claims)'],
    ['token endpoint fails', 'HTTP_5XX', 'responded with 500'],
    ['key set fails', 'KEYS_UNAVAILABLE', 'no key'],
  ] as const)('is not used with the fault %s', async (fault, code, message) => {
    const { authorize, site } = await golfWorld();
    site.faults.switchOn(fault);

    await expect(authorize()).rejects.toMatchObject({
      kind: 'unavailable',
      code,
      message: expect.stringContaining(message),
    });

    site.faults.switchOff(fault);
  });

  it('is verified with the cached keys while the key set fails', async () => {
    const { authorize, site, time } = await golfWorld();
    await authorize();
    site.faults.switchOn('key set fails');
    time.ms += 120 * MINUTE_MS;

    expect((await authorize()).isCached).toBe(false);
  });

  it('is verified after the site has rotated its keys', async () => {
    const { authorize, site, time } = await golfWorld();
    await authorize();
    site.rotateKeys();
    time.ms += 55 * MINUTE_MS;

    expect((await authorize()).claims).toMatchObject({ golferId: 4_711 });
  });
});

describe('the rotation of a password (F67)', () => {
  it('has no effect on a valid token until the stored password is read again', async () => {
    const { call, changePassword, storePassword, time, verdicts } = await golfWorld();
    expect(await call()).toBe(200);

    changePassword('battery staple');
    expect(await call()).toBe(200);
    storePassword();
    expect(await call()).toBe(200);
    time.ms += 5 * MINUTE_MS;
    expect(await call()).toBe(200);

    expect(verdicts).not.toContain('credentials');
  });

  it('with tokens revoked causes one more request for a token, with the new password', async () => {
    const { call, changePassword, storePassword, site, time, verdicts, breaker } =
      await golfWorld();
    await call();
    time.ms += MINUTE_MS;
    changePassword('battery staple');
    storePassword();
    site.expireTokens();

    expect(await call()).toBe(200);

    expect(verdicts.slice(-3)).toEqual(['neutral', 'success', 'success']);
    expect(breaker()?.state ?? 'closed').toBe('closed');
  });

  it('opens the breaker when the old password is still stored, without a second try', async () => {
    const { call, changePassword, site, time, verdicts, breaker } = await golfWorld();
    await call();
    time.ms += MINUTE_MS;
    changePassword('battery staple');
    site.expireTokens();

    await expect(call()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CREDENTIALS_REFUSED',
      retryable: false,
      message:
        'cps-east refused the secret golf/credentials with 400: set it with make secret NAME=golf/credentials STAGE=dev (without STAGE for make dev)',
    });
    await expect(call()).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', heldBy: 'cps-east' });

    expect(verdicts.filter((verdict) => verdict === 'credentials')).toHaveLength(1);
    expect(breaker()).toMatchObject({ state: 'open', reason: 'credentials' });
  });

  it('works again after the operator has stored the password and the breaker allows a trial', async () => {
    const { call, changePassword, storePassword, site, time } = await golfWorld();
    await call();
    changePassword('battery staple');
    site.expireTokens();
    time.ms += MINUTE_MS;
    await call().catch(() => {});

    storePassword();
    time.ms += 15 * MINUTE_MS;

    // The first trial requests the token, so the call itself needs the next one.
    await call().catch(() => {});
    expect(await call()).toBe(200);
  });

  it('does not request a second token within a minute: the next 401 opens the breaker', async () => {
    const { call, site, time, verdicts, breaker } = await golfWorld();
    await call();
    time.ms += MINUTE_MS;
    verdicts.length = 0;
    site.faults.switchOn('refuses tokens');

    expect(await call()).toBe(401);

    // The cached token, a new one, and the second 401. The keys are cached.
    expect(verdicts).toEqual(['neutral', 'success', 'credentials']);
    expect(breaker()).toMatchObject({ state: 'open', reason: 'credentials' });
  });

  it('drops nothing that a concurrent call has just replaced', async () => {
    const { authorize, drop, time } = await golfWorld();
    await authorize();
    time.ms += MINUTE_MS;
    drop();
    const replaced = await authorize();

    drop();
    const again = await authorize();

    expect(again.headers).toEqual(replaced.headers);
    expect(again.isCached).toBe(false);
    time.ms += MINUTE_MS;
    expect((await authorize()).isCached).toBe(true);
  });

  it('never sends a password that was replaced in Secrets Manager', async () => {
    const { authorize, changePassword, storePassword, time, verdicts } = await golfWorld();
    await authorize();
    time.ms += 50 * MINUTE_MS - 1_000;
    await authorize();
    changePassword('battery staple');
    storePassword();
    time.ms += 1_000;

    expect((await authorize()).isCached).toBe(false);
    expect(verdicts).not.toContain('credentials');
  });

  it('to a secret without a value stops calls and says how to set it', async () => {
    const { authorize, manager } = await golfWorld();
    manager.secrets.delete(GOLF_SECRET_ID);

    await expect(authorize()).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: expect.stringContaining('make secret NAME=golf/credentials STAGE=dev'),
    });
  });
});
