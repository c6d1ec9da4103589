import { systemClock } from '#lib/clock.ts';
import { env } from '#lib/env.ts';
import type { Logger } from '#lib/log.ts';
import { keyFetcher } from './fetch-keys.ts';
import { type KeySet, keySet } from './key-set.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

/** The user pool of this deployment: its keys, and what they verify. One per function. */
export const userPool = (
  log: Pick<Logger, 'warn'>,
): { verifyToken: VerifyToken; refreshKeys: KeySet['refresh'] } => {
  const clock = systemClock;
  const localOrigins = env('LOCAL_ORIGINS').split(',');
  const fetchKeys = keyFetcher({ url: env('JWKS_URL'), localOrigins });
  const keys = keySet({ fetchKeys, clock, log });
  const issuer = env('USER_POOL_ISSUER');
  const verifyToken = tokenVerifier({ issuer, clientId: env('USER_POOL_CLIENT_ID'), keys, clock });
  return { verifyToken, refreshKeys: keys.refresh };
};
