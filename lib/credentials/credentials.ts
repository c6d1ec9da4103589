import type { Service } from '#lib/http/service.ts';
import type { Authentication } from './authentication.ts';

/** How a call is authenticated. */
export interface Authorization {
  headers: Record<string, string>;
  /** Whether a token from the cache is used, so a 401 may only mean that it was revoked. */
  isCached: boolean;
  /** The claims of the token, if the service issues tokens that are verified. */
  claims?: Readonly<Record<string, unknown>>;
}

/** Authenticates calls of services. */
export interface Credentials {
  /**
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the secret cannot be read or used
   * @throws AppError `unavailable` / `CREDENTIALS_REFUSED` when the service refuses it
   */
  authorize: (
    service: Service,
    authentication: Authentication,
    call: { deadlineMs: number; signal: AbortSignal },
  ) => Promise<Authorization>;
  /** Forgets the token and the secret of a service after a 401. */
  drop: (service: Service, authentication: Authentication) => void;
}
