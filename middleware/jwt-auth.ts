import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { allows, type RequiredRole } from '#lib/identity/roles.ts';
import type { Identity, TokenVerification, VerifyToken } from '#lib/identity/verify-token.ts';
import { AppError } from '#lib/platform/errors.ts';
import { CHALLENGE, type HttpErrorsContext } from './http-errors.ts';

/** The context of the handlers after this middleware. */
export interface JwtAuthContext extends Context {
  /** The caller in the form of `created_by`: `user:<username>`. Empty for a public operation. */
  caller: string;
  /** The caller; `undefined` for a public operation. Lambda's own context has a different `identity`. */
  user: Identity | undefined;
}

export interface JwtAuthOptions<Before extends Context> {
  verifyToken: VerifyToken;
  /** The role that the request needs. A value that is neither `public` nor a role lets no caller pass. */
  roleOf: (context: Before, event: APIGatewayProxyEventV2) => 'public' | RequiredRole;
  /** The challenge of `WWW-Authenticate` without its error. Source: RFC 9110, section 11.6.1. */
  challenge?: string;
}

/**
 * Verifies the access token and checks the caller's role. It verifies every token, even if a gateway in front has done
 * so: no component trusts another because of its position.
 *
 * The errors: AppError `unauthorized` / `UNAUTHORIZED`, with the header `WWW-Authenticate` of RFC 6750, section 3;
 * `unauthorized` / `FORBIDDEN`; `unavailable` / `KEYS_UNAVAILABLE`.
 */
export const jwtAuth = <Before extends Context>({
  verifyToken,
  roleOf,
  challenge = CHALLENGE,
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
      const { message, isOfToken } = REFUSALS[verification.outcome];
      context.errorHeaders['WWW-Authenticate'] = isOfToken
        ? `${challenge}, error="invalid_token", error_description="${message}"`
        : challenge;
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

type RefusedOutcome = Exclude<TokenVerification['outcome'], 'verified'>;

/** The log has the reason for a refusal. The caller learns only whether to sign in or to refresh the token. */
const REFUSALS: Record<RefusedOutcome, { message: string; isOfToken: boolean }> = {
  missing: { message: 'sign in and send the access token', isOfToken: false },
  expired: { message: 'the access token has expired', isOfToken: true },
  malformed: { message: 'the access token is not valid', isOfToken: true },
  invalid: { message: 'the access token is not valid', isOfToken: true },
  undecided: { message: 'the access token is not valid', isOfToken: true },
};
