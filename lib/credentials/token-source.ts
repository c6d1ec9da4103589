import { createHash } from 'node:crypto';
import type { StoredSecret } from '#lib/config/secrets.ts';
import type { Service } from '#lib/http/service.ts';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { GolferClaims } from './golfer-claims.ts';
import {
  type CallLimits,
  type CallService,
  type PasswordAuthentication,
  requestToken,
} from './request-token.ts';
import { serviceTokenVerifier } from './verify-service-token.ts';

export interface TokenSourceOptions {
  service: Service;
  authentication: PasswordAuthentication;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

export interface TokenCall extends CallLimits {
  /** Reads the secret again if it is older. Milliseconds. */
  read: (maxAgeMs?: number) => Promise<StoredSecret>;
  call: CallService;
}

/** A token that can be used. */
export interface ServiceToken {
  token: string;
  claims?: GolferClaims;
}

export interface TokenSource {
  /**
   * The cached token, or a new one.
   * @throws AppError as `requestToken` and `VerifyServiceToken`
   */
  take: (call: TokenCall) => Promise<ServiceToken & { isCached: boolean }>;
  forget: () => void;
}

/** A token is not used from this time before its end. A token that lives less is used once. */
const MARGIN_MS = 10 * MINUTE_MS;

/**
 * The tokens of one service. A token is cached as long as the secret that it was requested with has the same value. Only
 * one request for a token is under way; concurrent callers share its result.
 */
export const tokenSource = ({
  service,
  authentication,
  clock,
  log,
}: TokenSourceOptions): TokenSource => {
  const { keys_path: keysPath } = authentication;
  const verify = keysPath && serviceTokenVerifier({ service, keysPath, clock, log });
  let cached: (ServiceToken & { digest: string; untilMs: number }) | undefined;
  let running: Promise<ServiceToken> | undefined;

  const request = async ({ read, ...limits }: TokenCall): Promise<ServiceToken> => {
    // Never sends a password that was replaced: services lock accounts after a few wrong ones.
    const { value } = await read(0);
    const startMs = clock.now();
    const { token, lifetimeMs } = await requestToken(service, authentication, { ...limits, value });
    const verified = verify ? await verify(token, limits) : undefined;
    const endMs = Math.min(startMs + lifetimeMs, verified?.endMs ?? Number.POSITIVE_INFINITY);
    const issued = { token, ...(verified && { claims: verified.claims }) };
    cached = { ...issued, digest: digestOf(value), untilMs: endMs - MARGIN_MS };
    return issued;
  };

  const takeNew = async (call: TokenCall): Promise<ServiceToken> => {
    if (running !== undefined) {
      try {
        return await running;
      } catch (error) {
        // The request ended with the deadline of another caller.
        if (!(error instanceof AppError && error.code === 'HTTP_DEADLINE')) throw error;
      }
    }
    running ??= request(call).finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    take: async (call) => {
      const { value } = await call.read();
      if (cached?.digest === digestOf(value) && clock.now() < cached.untilMs) {
        const { token, claims } = cached;
        return { token, ...(claims && { claims }), isCached: true };
      }
      return { ...(await takeNew(call)), isCached: false };
    },
    forget: () => {
      cached = undefined;
    },
  };
};

/** The version of a secret. */
const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64');
