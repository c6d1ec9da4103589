import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { type HostileToken, hostileTokens } from '#test/support/hostile-tokens.ts';
import { type IdentityProvider, rs256 } from '#test/support/identity.ts';
import { signingAs } from './support/pool-key.ts';
import { openScene, type Scene } from './support/scene.ts';

const HOUR_S = 3_600;
/** No server accepts more bytes in all headers together. */
const MAX_HEADER_CHARS = 8_000;

/** Values that `fetch` sends unchanged: without control characters or surrounding white space, and not too long. */
const canBeSent = ({ authorization }: HostileToken): boolean =>
  /^[\x20-\x7e]+$/.test(authorization) &&
  authorization === authorization.trim() &&
  authorization.length < MAX_HEADER_CHARS;

describe('through the gateway', () => {
  let scene: Scene;
  let pool: IdentityProvider;

  beforeAll(async () => {
    scene = await openScene();
    const { token } = await scene.signedIn('admin');
    pool = signingAs(token);
  });
  afterAll(() => scene.close());

  const call = async (authorization?: string, { method = 'GET', path = '/api/me' } = {}) => {
    const answer = await fetch(`${inject('platform').apiUrl}${path}`, {
      method,
      headers: authorization === undefined ? {} : { authorization },
    });
    return {
      status: answer.status,
      body: (await answer.json()) as { message?: string; error?: { code: string } },
      challenge: answer.headers.get('www-authenticate'),
    };
  };
  /** A token as the pool would have issued it two hours ago. */
  const expired = (): string => {
    const nowS = Math.floor(Date.now() / 1_000);
    const times = { auth_time: nowS - 2 * HOUR_S, iat: nowS - 2 * HOUR_S, exp: nowS - HOUR_S };
    return `Bearer ${pool.token({ groups: ['admin'], claims: times })}`;
  };

  it('a new token that is signed with the key of the pool is accepted', async () => {
    const { status } = await call(`Bearer ${pool.token({ groups: ['viewer'] })}`);

    expect(status).toBe(200);
  });

  it('an id token is refused by the gateway with 403', async () => {
    const claims = { token_use: 'id', email: 'ada@example.org' };

    const answer = await call(`Bearer ${pool.token({ groups: ['admin'], claims })}`);

    expect(answer).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
  });

  const guarded = API_ROUTES.filter(({ role }) => role !== 'public').map(
    ({ id, method, path }) => ({
      id,
      method,
      path: path.replaceAll(/\{\w+\}/g, 'some-id'),
    }),
  );

  it.each(guarded)(
    '$id itself refuses an expired token, and the gateway refuses a missing or foreign one (F60)',
    async (route) => {
      const late = await call(expired(), route);
      const none = await call(undefined, route);
      const stranger = await call('Bearer a.b.c', route);

      expect(late).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
      expect(late.challenge).toContain(
        'error="invalid_token", error_description="the access token has expired"',
      );
      expect(none).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      expect(none.body).not.toHaveProperty('error');
      expect(stranger).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    },
  );

  it('no hostile token passes the gateway (F60, F61)', async () => {
    const hostile = hostileTokens(pool).filter(canBeSent);
    expect(hostile.length).toBeGreaterThan(80);

    const passed: string[] = [];
    for (const { name, authorization } of hostile) {
      const { status, body } = await call(authorization);
      if (status !== 403 || body.message !== 'Forbidden') passed.push(`${name}: ${status}`);
    }

    expect(passed).toEqual([]);
  });

  it('an expired token with one changed letter is refused by the gateway', async () => {
    const late = expired().slice('Bearer '.length);
    const [header = '', claims = ''] = late.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const other = rs256(read(header), { ...read(claims), username: 'eve' }, pool.key());
    const forged = `Bearer ${other.split('.').slice(0, 2).join('.')}.${late.split('.')[2]}`;

    expect((await call(forged)).status).toBe(403);
  });
});
