import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { httpClient } from '#lib/http/client.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { type SignIn, type SignInOptions, signInAt } from './sign-in.ts';

export interface UserPoolAddresses extends Pick<SignInOptions, 'scope'> {
  /** Base address of the sign-in pages, without a slash at its end. */
  loginUrl: string;
  /** Origin of the pool's API. */
  poolUrl: string;
  /** The app client, which has no secret. */
  clientId: string;
  /** Origins that may use plain http: those of the local stack. */
  localOrigins: readonly string[];
}

/** A token has about one kilobyte, and a response contains three. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/** The sign-in at the user pool of this deployment. */
export const signInAtPool = ({
  loginUrl,
  poolUrl,
  clientId,
  localOrigins,
  ...options
}: UserPoolAddresses): SignIn => {
  const allowed = allowedOrigins([new URL(loginUrl).origin, poolUrl], localOrigins);
  const client = httpClient({ allowed, maxResponseBytes: MAX_RESPONSE_BYTES });
  return signInAt({ loginUrl, poolUrl, clientId, client, clock: systemClock, ...options });
};
