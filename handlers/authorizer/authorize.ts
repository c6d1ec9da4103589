import type { VerifyToken } from '#lib/identity/verify-token.ts';
import type { Logger } from '#lib/platform/logger.ts';

export interface AuthorizeDeps {
  /** @throws AppError `unavailable` / `KEYS_UNAVAILABLE` */
  verifyToken: VerifyToken;
  log: Pick<Logger, 'warn'>;
}

/** What the gateway is told; it keeps this for the token, whatever the route. */
export interface Decision {
  isAuthorized: boolean;
  context:
    | { reason: 'expired' | 'undecided' }
    | { username: string; roles: string }
    | Record<string, never>;
}

/**
 * Whether whoever sends this may pass the gateway. Strangers may not. A token that was ours and has expired passes with
 * that reason: the API verifies again, and answers an honest client properly. Which role an operation asks for is the
 * API's business, too: what is said here holds for every route.
 * A token whose key may just have been made passes, too: a no would be kept for minutes after the key is known, and the
 * API, whose no is kept by nobody, refuses it for as long as it has to.
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
      const { outcome, ...why } = verification;
      log.warn({ outcome, ...why }, 'stranger turned away');
      return { isAuthorized: false, context: {} };
    }
  }
};
