import { DAY_MS, systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { keyFetcher } from './fetch-keys.ts';
import { keySet } from './key-set.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

/**
 * The token verifier for the user pool of this deployment. Each function has one. `warmUp` is for INIT: it fetches the
 * keys and verifies an unsigned token, which loads Node's cryptography. It never rejects, and takes as long as a fetch.
 */
export const userPool = (
  log: Pick<Logger, 'warn'>,
): { verifyToken: VerifyToken; warmUp: () => Promise<void> } => {
  const clock = systemClock;
  const localOrigins = env('LOCAL_ORIGINS');
  const fetchKeys = keyFetcher({ url: env('JWKS_URL'), localOrigins });
  const keys = keySet({ fetchKeys, ttlMs: DAY_MS, clock, log });
  const issuer = env('USER_POOL_ISSUER');
  const verifyToken = tokenVerifier({ issuer, clientId: env('USER_POOL_CLIENT_ID'), keys, clock });
  const warmUp = async () => {
    await keys.refresh();
    for (const kid of keys.names().slice(0, 1)) await verifyToken(unsignedToken(kid));
  };
  return { verifyToken, warmUp };
};

/** A well-formed token without a valid signature. The verifier checks the signature and refuses the token. */
const unsignedToken = (kid: string): string => {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  const signature = Buffer.alloc(RSA_2048_BYTES).toString('base64url');
  return `Bearer ${header}.e30.${signature}`;
};

const RSA_2048_BYTES = 256;
