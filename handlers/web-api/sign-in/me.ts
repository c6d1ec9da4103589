import { operation } from '#handlers/web-api/operation.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The signed-in user. The access token has no e-mail address, so the user pool is requested. If it fails, `email` is missing. */
export const getMe = operation({}, async ({ identity, accessToken, log }, { signIn }) => {
  if (identity === undefined) {
    throw new AppError('unauthorized', 'UNAUTHORIZED', 'sign in and send the access token');
  }
  const { username, roles, expires_at } = identity;
  const emailOf = async () => signIn.emailOf(accessToken ?? '');
  const email = await emailOf().catch((error: unknown) => {
    log.warn({ err: error }, 'e-mail address not read');
    return undefined;
  });
  return {
    status: 200,
    body: { username, ...(email === undefined ? {} : { email }), roles, expires_at },
  };
});
