import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IdentityProvider, identityProvider } from '#test/support/identity.ts';
import { STACK_DIR } from './record.ts';

/**
 * Signs with the key of the local pool, which is on this disk like all data of the local AWS. So tests can create
 * tokens that the pool would have issued at another time, or never, and the platform needs no other configuration.
 * @param token one that the pool has just issued
 */
export const signingAs = (token: string): IdentityProvider => {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, string>);
  const { iss: issuer = '', client_id: clientId = '' } = claims ?? {};
  const pool = issuer.slice(issuer.lastIndexOf('/') + 1);
  const file = join(STACK_DIR, 'state', 'cognito-pool-keys', `${pool}-access.pem`);
  const privateKey = createPrivateKey(readFileSync(file));
  const key = { kid: header?.kid ?? '', privateKey, publicKey: createPublicKey(privateKey) };
  return identityProvider({ issuer, clientId, key });
};
