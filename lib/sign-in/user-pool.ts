import { systemClock } from '#lib/clock.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { httpClient } from '#lib/http/client.ts';
import { type SignIn, signInAt } from './sign-in.ts';

export interface UserPoolAddresses {
  /** Base address of the sign-in pages, without a slash at its end. */
  loginUrl: string;
  /** Where the pool publishes its keys; its API is at the same origin. */
  jwksUrl: string;
  /** The public client. */
  clientId: string;
  /** Origins that may be plain http; the local stack's. */
  localOrigins: readonly string[];
}

/** A token has about one kilobyte, and three come at once. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/** Signing in at the user pool of this deployment. */
export const signInAtPool = ({
  loginUrl,
  jwksUrl,
  clientId,
  localOrigins,
}: UserPoolAddresses): SignIn => {
  const poolUrl = new URL(jwksUrl).origin;
  const allowed = allowedOrigins([new URL(loginUrl).origin, poolUrl], localOrigins);
  const client = httpClient({ allowed, maxResponseBytes: MAX_RESPONSE_BYTES });
  return signInAt({ loginUrl, poolUrl, clientId, client, clock: systemClock });
};
