import { accessToken, endSession, refreshToken } from '#handlers/web/app/session/session.ts';
import { isApiError } from './api-error.ts';
import { type Method, type Reply, type RequestOptions, send } from './send.ts';

/**
 * Sends a request to the API with the access token of the session. When the API rejects the token, it refreshes the token
 * once and repeats the request. A session that cannot be refreshed has ended: the page then asks to sign in.
 * @throws ApiError; the abort of `signal` is an `AbortError`
 */
export const request = async <Body>(
  method: Method,
  path: string,
  options: Omit<RequestOptions, 'token'> = {},
): Promise<Reply<Body>> => {
  const token = accessToken() ?? (await refreshToken());
  try {
    return await send<Body>(method, path, { ...options, token });
  } catch (error) {
    if (!isRejectedToken(error)) throw error;
  }
  try {
    return await send<Body>(method, path, { ...options, token: await refreshToken() });
  } catch (error) {
    if (isRejectedToken(error)) endSession();
    throw error;
  }
};

/** The authorizer of the gateway responds with 403 and without an envelope to a token that was never valid. */
const isRejectedToken = (error: unknown): boolean =>
  isApiError(error) && (error.status === 401 || error.code === 'HTTP_403');
