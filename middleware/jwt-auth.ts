import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { allows, type Required } from '#lib/identity/roles.ts';
import type { Identity, Verification, VerifyToken } from '#lib/identity/verify-token.ts';
import { AppError } from '#lib/platform/errors.ts';
import { CHALLENGE, type HttpErrorsContext } from './http-errors.ts';

/** What handlers after this middleware find on their context. */
export interface JwtAuthContext extends Context {
  /** Who calls, as `created_by` names them: `user:<username>`. Empty where nobody is asked. */
  caller: string;
  /** Who calls; `undefined` where nobody is asked. Lambda's own context has an `identity` already, of another kind. */
  user: Identity | undefined;
}

export interface JwtAuthOptions<Before extends Context> {
  verifyToken: VerifyToken;
  /** What this request asks of its caller. Whatever is neither `public` nor a role lets nobody pass. */
  roleOf: (context: Before, event: APIGatewayProxyEventV2) => 'public' | Required;
}

/**
 * Who calls, and whether they may. The token is verified here whatever a gateway in front said of it: no component
 * trusts another by its position.
 *
 * The errors: AppError `unauthorized` / `UNAUTHORIZED`, answered with `WWW-Authenticate` as RFC 6750, section 3, has it;
 * `unauthorized` / `FORBIDDEN`; `unavailable` / `KEYS_UNAVAILABLE`.
 */
export const jwtAuth = <Before extends Context>({
  verifyToken,
  roleOf,
}: JwtAuthOptions<Before>): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  Before & JwtAuthContext & HttpErrorsContext
> => ({
  before: async ({ context, event }) => {
    context.caller = '';
    context.user = undefined;
    const required = roleOf(context, event);
    if (required === 'public') return;
    const verification = await verifyToken(event.headers?.authorization);
    if (verification.outcome !== 'verified') {
      const { challenge, message } = REFUSALS[verification.outcome];
      context.errorHeaders['WWW-Authenticate'] = challenge;
      throw new AppError('unauthorized', 'UNAUTHORIZED', message);
    }
    const { identity } = verification;
    const caller = `user:${identity.username}`;
    if (!allows(identity.roles, required)) {
      context.errorFields = { caller, required_role: required, roles: identity.roles };
      throw new AppError('unauthorized', 'FORBIDDEN', 'your role does not allow this');
    }
    context.caller = caller;
    context.user = identity;
  },
});

const invalid = (message: string) => ({
  challenge: `${CHALLENGE}, error="invalid_token", error_description="${message}"`,
  message,
});

type Refused = Exclude<Verification['outcome'], 'verified'>;

/** Why a token is refused is for the log; a caller learns what helps: to sign in, or to refresh. */
const REFUSALS: Record<Refused, { challenge: string; message: string }> = {
  missing: { challenge: CHALLENGE, message: 'sign in and send the access token' },
  expired: invalid('the access token has expired'),
  malformed: invalid('the access token is not valid'),
  invalid: invalid('the access token is not valid'),
  undecided: invalid('the access token is not valid'),
};
