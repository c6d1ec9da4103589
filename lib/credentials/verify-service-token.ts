import type { Service } from '#lib/http/service.ts';
import { type KeySet, keySet } from '#lib/identity/key-set.ts';
import { jwtVerifier } from '#lib/identity/verify-jwt.ts';
import { type Clock, HOUR_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { type GolferClaims, readGolferClaims } from './golfer-claims.ts';
import type { CallLimits, CallService } from './request-token.ts';

export interface ServiceTokenOptions {
  service: Service;
  /** The path of the key set, on the origin of the service. */
  keysPath: string;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

export interface VerifiedToken {
  claims: GolferClaims;
  /** The claim `exp`. Milliseconds since the Unix epoch. */
  endMs: number;
}

/**
 * Verifies the token of a golfer before it is used.
 * @throws AppError `unavailable` / `KEYS_UNAVAILABLE` while the key of the token is not known
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` for a token that is not valid
 */
export type VerifyServiceToken = (
  token: string,
  call: CallLimits & { call: CallService },
) => Promise<VerifiedToken>;

/**
 * Verifies tokens of a service with its key set, which is cached for an hour. Only one token may be verified at a time: a
 * fetch of the keys has the limits of the call that needs it.
 */
export const serviceTokenVerifier = ({
  service,
  keysPath,
  clock,
  log,
}: ServiceTokenOptions): VerifyServiceToken => {
  let limits: Parameters<VerifyServiceToken>[1] | undefined;

  const fetchKeys = async (): Promise<string> => {
    if (limits === undefined) throw keysError(service, 'is fetched in a call only');
    const { call, deadlineMs, signal } = limits;
    const { status, body } = await call(service, {
      method: 'GET',
      path: keysPath,
      headers: { Accept: 'application/json' },
      repeatable: true,
      expects: 'json',
      judge: ({ status, headers }) =>
        // Nothing was authenticated.
        [401, 403].includes(status) && headers['cf-mitigated'] === undefined
          ? 'neutral'
          : undefined,
      deadlineMs,
      signal,
    });
    if (status !== 200) throw keysError(service, `responded with ${status}`);
    return body;
  };

  const keys: KeySet = keySet({ fetchKeys, ttlMs: HOUR_MS, clock, log });
  const verify = jwtVerifier({ keys, clock, readClaims: readGolferClaims });

  return async (token, call) => {
    limits = call;
    const verification = await verify(token);
    if (verification.outcome === 'verified') {
      return { claims: verification.subject, endMs: verification.endMs };
    }
    const { outcome, why } = verification;
    if (outcome === 'undecided') throw keysError(service, 'does not have the key of the token yet');
    throw new AppError(
      'unavailable',
      'UNREADABLE_RESPONSE',
      `${service.name} sent a token that is not valid (${why})`,
      { retryable: false },
    );
  };
};

const keysError = ({ name }: Service, problem: string) =>
  new AppError('unavailable', 'KEYS_UNAVAILABLE', `the key set of ${name} ${problem}`, {
    retryable: false,
  });
