import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userPool } from '#lib/identity/user-pool.ts';
import { identityProvider, serveKeys } from '#test/support/identity.ts';

const pool = identityProvider();
const log = { warn: vi.fn() };
let server: Awaited<ReturnType<typeof serveKeys>>;

beforeEach(async () => {
  server = await serveKeys(pool);
  vi.stubEnv('JWKS_URL', server.url);
  vi.stubEnv('LOCAL_ORIGINS', server.origin);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
});

describe('userPool', () => {
  it('verifies the tokens of the issuer and the client in the environment', async () => {
    const { verifyToken } = userPool(log);
    const elsewhere = { claims: { iss: 'https://elsewhere.example' } };

    expect(await verifyToken(`Bearer ${pool.token()}`)).toMatchObject({ outcome: 'verified' });
    expect(await verifyToken(`Bearer ${pool.token(elsewhere)}`)).toMatchObject({ why: 'issuer' });
  });

  it('has fetched the keys and verified a whole signature with one of them after the warm-up', async () => {
    pool.rotate();
    const verifying = vi.spyOn(crypto.subtle, 'verify');
    const { verifyToken, warmUp } = userPool(log);

    await warmUp();

    expect(server.requests()).toBe(1);
    expect(verifying.mock.calls.map(([, , signature]) => signature.byteLength)).toEqual([256]);
    await verifyToken(`Bearer ${pool.token()}`);
    expect(server.requests()).toBe(1);
  });

  it('logs a warm-up without a response, and fetches the keys with the first token', async () => {
    server.failWith('error');
    const { verifyToken, warmUp } = userPool(log);

    await warmUp();

    expect(log.warn).toHaveBeenCalledOnce();
    await expect(verifyToken(`Bearer ${pool.token()}`)).rejects.toMatchObject({
      code: 'KEYS_UNAVAILABLE',
    });
  });
});
