import { describe, expect, it } from 'vitest';
import { AuthenticationSchema } from '#lib/credentials/authentication.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { credentialWorld } from './credential-world.ts';

const MINUTE_MS = 60_000;
const ID = 'rez-agent/http/lamp-dev';
const SECRET = 'http/lamp';

/** A service that accepts one value of one header. */
const aService = async (headerName: string, accepted: { value: string }) => {
  const seen: (string | undefined)[] = [];
  const { origin } = await httpServer(({ headers }, response) => {
    const value = headers[headerName.toLowerCase()];
    seen.push(typeof value === 'string' ? value : undefined);
    response.writeHead(value === accepted.value ? 200 : 401).end();
  });
  return { service: { name: 'http-lamp', origin }, seen };
};

describe('a secret that is sent with every call', () => {
  it.each([
    {
      authentication: { type: 'bearer', secret: SECRET },
      value: { token: 't0k.en' },
      headers: { Authorization: 'Bearer t0k.en' },
    },
    {
      authentication: { type: 'api_key', secret: SECRET },
      value: { key: 'k=y' },
      headers: { 'X-API-Key': 'k=y' },
    },
    {
      authentication: { type: 'api_key', secret: SECRET, header: 'X-Lamp' },
      value: { key: 'k' },
      headers: { 'X-Lamp': 'k' },
    },
    {
      authentication: { type: 'basic', secret: SECRET },
      value: { username: 'ada', password: 'pä:ss wörd' },
      headers: {
        Authorization: `Basic ${Buffer.from('ada:pä:ss wörd', 'utf8').toString('base64')}`,
      },
    },
  ])('becomes the header of $authentication', async ({ authentication, value, headers }) => {
    const { authorize, manager } = await credentialWorld({
      service: { name: 'http-lamp', origin: 'https://lamp.example' },
      authentication: AuthenticationSchema.parse(authentication),
      values: { [ID]: JSON.stringify(value) },
    });

    expect(await authorize()).toEqual({ headers, isCached: false });
    expect(manager.reads).toEqual([ID]);
  });

  it('is read by nobody for a service without authentication', async () => {
    const { authorize, manager } = await credentialWorld({
      service: { name: 'http-lamp', origin: 'https://lamp.example' },
      authentication: { type: 'none' },
    });

    expect(await authorize()).toEqual({ headers: {}, isCached: false });
    expect(manager.reads).toEqual([]);
  });

  it('is read again after a 401, once a minute, then the breaker opens (F67)', async () => {
    const accepted = { value: 'Bearer old' };
    const { service, seen } = await aService('authorization', accepted);
    const world = await credentialWorld({
      service,
      authentication: { type: 'bearer', secret: SECRET },
      values: { [ID]: '{"token":"old"}' },
    });
    const { get, manager, time, verdicts, breaker } = world;
    expect(await get('/')).toBe(200);
    time.ms += MINUTE_MS;
    accepted.value = 'Bearer new';
    manager.secrets.set(ID, '{"token":"new"}');

    expect(await get('/')).toBe(200);
    expect(seen.slice(-2)).toEqual(['Bearer old', 'Bearer new']);
    expect(manager.reads).toHaveLength(2);

    time.ms += 1;
    accepted.value = 'Bearer newest';
    expect(await get('/')).toBe(401);
    expect(verdicts).toEqual(['success', 'neutral', 'success', 'credentials']);
    expect(breaker()).toMatchObject({ state: 'open', reason: 'credentials' });
  });

  it('opens the breaker when the new value is refused, too', async () => {
    const { service, seen } = await aService('x-api-key', { value: 'right' });
    const { get, authorize, time, verdicts } = await credentialWorld({
      service,
      authentication: { type: 'api_key', secret: SECRET, header: 'X-API-Key' },
      values: { [ID]: '{"key":"wrong"}' },
    });
    await authorize();
    time.ms += MINUTE_MS;

    expect(await get('/')).toBe(401);

    expect(seen).toEqual(['wrong', 'wrong']);
    expect(verdicts).toEqual(['neutral', 'credentials']);
  });

  it('stays in use while Secrets Manager fails', async () => {
    const { service } = await aService('authorization', { value: 'Bearer old' });
    const { get, manager, time } = await credentialWorld({
      service,
      authentication: { type: 'bearer', secret: SECRET },
      values: { [ID]: '{"token":"old"}' },
    });
    await get('/');
    manager.failWith(new Error('down'));
    time.ms += 60 * MINUTE_MS;

    expect(await get('/')).toBe(200);
  });
});

describe('the declaration of authentication', () => {
  it.each([
    {},
    { type: 'digest', secret: SECRET },
    { type: 'none', secret: SECRET },
    { type: 'bearer' },
    { type: 'bearer', secret: 'lamp' },
    { type: 'bearer', secret: 'http/../golf/credentials' },
    { type: 'bearer', secret: 'http/Lamp' },
    { type: 'bearer', secret: 'http/lamp-' },
    { type: 'bearer', secret: 'golf/other' },
    { type: 'bearer', secret: SECRET, token: 't' },
    { type: 'api_key', secret: SECRET, header: 'X Key' },
    { type: 'api_key', secret: SECRET, header: 'X-Key\r\nY' },
    { type: 'oauth_password', secret: SECRET },
    { type: 'oauth_password', secret: SECRET, token_path: 'token' },
    { type: 'oauth_password', secret: SECRET, token_path: '//other.example/token' },
    { type: 'oauth_password', secret: SECRET, token_path: 'https://other.example/token' },
    { type: 'oauth_password', secret: SECRET, token_path: '/token?a=b' },
    { type: 'oauth_password', secret: SECRET, token_path: '/token', keys_path: '@evil' },
    { type: 'oauth_password', secret: SECRET, token_path: '/token', scope: 'a\nb' },
  ])('%j is refused', (declaration) => {
    expect(AuthenticationSchema.safeParse(declaration).success).toBe(false);
  });
});
