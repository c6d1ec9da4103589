import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { keyFetcher } from './fetch-keys.ts';
import { keySet } from './key-set.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

/**
 * The user pool of this deployment: its keys, and what they verify. One per function. `warmUp` fetches the keys and
 * verifies for the first time; it never rejects, and is bounded by the limits of the fetch.
 */
export const userPool = (
  log: Pick<Logger, 'warn'>,
): { verifyToken: VerifyToken; warmUp: () => Promise<void> } => {
  const clock = systemClock;
  const localOrigins = env('LOCAL_ORIGINS');
  const fetchKeys = keyFetcher({ url: env('JWKS_URL'), localOrigins });
  const keys = keySet({ fetchKeys, clock, log });
  const issuer = env('USER_POOL_ISSUER');
  const verifyToken = tokenVerifier({ issuer, clientId: env('USER_POOL_CLIENT_ID'), keys, clock });
  const warmUp = async () => {
    await keys.refresh();
    for (const kid of keys.names().slice(0, 1)) await verifyToken(nobodysToken(kid));
  };
  return { verifyToken, warmUp };
};

/** One that no key has signed: it is refused after everything that a good one goes through, too. */
const nobodysToken = (kid: string): string => {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  return `Bearer ${header}.e30.${Buffer.alloc(SIGNATURE_BYTES).toString('base64url')}`;
};

/** Of a key of 2048 bits. */
const SIGNATURE_BYTES = 256;
