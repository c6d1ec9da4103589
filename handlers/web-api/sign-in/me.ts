import { operation } from '#handlers/web-api/operation.ts';
import { AppError } from '#lib/platform/errors.ts';

/** Who calls. The access token names no address, so the user pool is asked for it; without an answer there is none. */
export const getMe = operation({}, async ({ identity, accessToken, log }, { signIn }) => {
  if (identity === undefined) {
    throw new AppError('unauthorized', 'UNAUTHORIZED', 'sign in and send the access token');
  }
  const { username, roles, expires_at } = identity;
  const emailOf = async () => signIn.emailOf(accessToken ?? '');
  const email = await emailOf().catch((error: unknown) => {
    log.warn({ err: error }, 'address of a user not read');
    return undefined;
  });
  return {
    status: 200,
    body: { username, ...(email === undefined ? {} : { email }), roles, expires_at },
  };
});
