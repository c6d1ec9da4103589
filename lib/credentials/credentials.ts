import type { ReadSecret } from '#lib/config/secrets.ts';
import type { Service } from '#lib/http/service.ts';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Authentication } from './authentication.ts';
import type { CallLimits, CallService } from './request-token.ts';
import { staticHeaders } from './static-headers.ts';
import { type TokenSource, tokenSource } from './token-source.ts';

/** How a call is authenticated. */
export interface Authorization {
  headers: Record<string, string>;
  /** Whether a token or secret from the cache is used, so a 401 may only mean that it was revoked. */
  isCached: boolean;
  /** The claims of the token, if the service issues tokens that are verified. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Authenticates calls of services. */
export interface Credentials {
  /**
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the secret cannot be read or used
   * @throws AppError `unavailable` / `CREDENTIALS_REFUSED` when the service refuses it
   * @throws AppError `unavailable` / `UNREADABLE_RESPONSE`, `KEYS_UNAVAILABLE` when the token cannot be used
   */
  authorize: (
    service: Service,
    authentication: Authentication,
    call: CallLimits,
  ) => Promise<Authorization>;
  /** Forgets the token and the secret of a service after a 401, at most once a minute. */
  drop: (service: Service, authentication: Authentication) => void;
}

/** What the credentials of one invocation need. */
export interface CredentialPorts {
  readSecret: ReadSecret;
  call: CallService;
}

export interface CredentialsOptions {
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

/** After a 401, nothing is dropped again within this time: if the new credentials are refused, too, they are wrong. */
const DROP_PAUSE_MS = MINUTE_MS;

/**
 * Authenticates calls with secrets and with tokens. A process creates it once, so that all invocations share the tokens.
 * Everything is kept apart by the name and the origin of the service, and is sent to that origin only.
 */
export const credentialCache = ({ clock, log }: CredentialsOptions) => {
  const sources = new Map<string, TokenSource>();
  /** When the credentials were last dropped. Milliseconds since the Unix epoch. */
  const dropped = new Map<string, number>();

  const sinceDropMs = (key: string) =>
    Math.abs(clock.now() - (dropped.get(key) ?? Number.NEGATIVE_INFINITY));

  return ({ readSecret, call }: CredentialPorts): Credentials => ({
    authorize: async (service, authentication, limits) => {
      if (authentication.type === 'none') return { headers: {}, isCached: false };
      const key = keyOf(service, authentication);
      const ageMs = sinceDropMs(key);
      const mayBeRevoked = ageMs >= DROP_PAUSE_MS;
      const read = (maxAgeMs = ageMs) => readSecret(authentication.secret, maxAgeMs);
      if (authentication.type !== 'oauth_password') {
        const { value, isCached } = await read();
        const headers = staticHeaders(authentication, value);
        return { headers, isCached: isCached && mayBeRevoked };
      }
      const source = sources.get(key) ?? tokenSource({ service, authentication, clock, log });
      sources.set(key, source);
      const { token, claims, isCached } = await source.take({ read, call, ...limits });
      return {
        headers: { Authorization: `Bearer ${token}` },
        isCached: isCached && mayBeRevoked,
        ...(claims && { claims }),
      };
    },

    drop: (service, authentication) => {
      const key = keyOf(service, authentication);
      if (sinceDropMs(key) < DROP_PAUSE_MS) return;
      dropped.set(key, clock.now());
      sources.get(key)?.forget();
    },
  });
};

const keyOf = ({ name, origin }: Service, authentication: Authentication): string =>
  JSON.stringify([name, origin, authentication]);
