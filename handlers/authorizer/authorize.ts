import type { VerifyToken } from '#lib/identity/verify-token.ts';
import type { Logger } from '#lib/platform/logger.ts';

export interface AuthorizeDeps {
  /** @throws AppError `unavailable` / `KEYS_UNAVAILABLE` */
  verifyToken: VerifyToken;
  log: Pick<Logger, 'warn'>;
}

/** The response to the gateway, which caches it for the token and uses it for all routes. */
export interface Decision {
  isAuthorized: boolean;
  context:
    | { reason: 'expired' | 'undecided' }
    | { username: string; roles: string }
    | Record<string, never>;
}

/**
 * Decides whether a request may pass the gateway. An invalid token may not. An expired token of the user pool passes with
 * that reason: the API verifies it again and returns a useful 401. The API also checks the role, because the decision here
 * applies to all routes.
 * A token whose key the pool may have created after the last fetch passes, too. The gateway would cache a refusal for
 * minutes after the key is known. The API refuses the token until then, and its response is not cached.
 */
export const authorize = async (
  authorization: string | undefined,
  { verifyToken, log }: AuthorizeDeps,
): Promise<Decision> => {
  const verification = await verifyToken(authorization);
  switch (verification.outcome) {
    case 'verified': {
      const { username, roles } = verification.identity;
      return { isAuthorized: true, context: { username, roles: roles.join(',') } };
    }
    case 'expired':
    case 'undecided':
      return { isAuthorized: true, context: { reason: verification.outcome } };
    default: {
      log.warn({ ...verification }, 'token refused');
      return { isAuthorized: false, context: {} };
    }
  }
};
