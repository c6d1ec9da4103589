import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/errors.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** What handlers after this middleware find on their context. */
export interface CallerContext extends Context {
  /** Who calls, as `created_by` names them: `user:<name>`. Empty where nobody is asked. */
  caller: string;
}

export interface CallerOptions<Before extends Context> {
  /** `iam`: the principal that the gateway verified. `open`: everybody is `user:local`. */
  auth: 'iam' | 'open';
  /** Whether this request may come from anybody. */
  isPublic: (context: Before) => boolean;
}

/** The event of a route with AWS_IAM authorization, as far as it is read here. */
interface Signed {
  authorizer?: { iam?: { userArn?: string | null } | null };
}

/**
 * Who calls.
 *
 * The error: AppError `unauthorized` / `UNAUTHORIZED`, answered with `WWW-Authenticate`, where the gateway names nobody.
 */
export const caller = <Before extends Context>({
  auth,
  isPublic,
}: CallerOptions<Before>): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  Before & CallerContext & HttpErrorsContext
> => ({
  before: ({ context, event }) => {
    const name = auth === 'open' ? 'local' : principalOf(event.requestContext as Signed);
    if (name === undefined && !isPublic(context)) {
      context.errorHeaders['WWW-Authenticate'] = 'AWS4-HMAC-SHA256';
      throw new AppError('unauthorized', 'UNAUTHORIZED', 'sign the request');
    }
    context.caller = name === undefined ? '' : `user:${name}`;
  },
});

/** The user's name, or the session's of an assumed role: the last part of `arn:aws:iam::<account>:user/<path>/<name>`. */
const principalOf = ({ authorizer }: Signed): string | undefined =>
  authorizer?.iam?.userArn?.split(/[/:]/).at(-1) || undefined;
