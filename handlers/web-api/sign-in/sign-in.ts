import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import {
  type ApiDeps,
  type ApiResponse,
  invalidRequestError,
  operation,
} from '#handlers/web-api/operation.ts';
import { REFRESH_TOKEN, type Tokens } from '#lib/identity/sign-in/tokens.ts';
import { AppError } from '#lib/platform/errors.ts';

const STATE_BYTES = 24;

const LoginBody = z.strictObject({
  redirect_uri: z.string(),
  /** The user pool returns it with the code, so that the page recognises its own request. */
  state: z.optional(
    z
      .string()
      .check(z.regex(/^[\w.~-]{1,512}$/, 'must have 1 to 512 characters of A-Z a-z 0-9 - . _ ~')),
  ),
  /** RFC 7636, section 4.2: SHA-256 of the verifier, as base64url. */
  code_challenge: z.string().check(z.regex(/^[\w-]{43}$/, 'must be a SHA-256 digest in base64url')),
});

const CallbackBody = z.strictObject({
  code: z.string().check(z.regex(/^[\x21-\x7e]{1,2048}$/, 'must be an authorization code')),
  redirect_uri: z.string(),
  /** RFC 7636, section 4.1. */
  code_verifier: z
    .string()
    .check(z.regex(/^[\w.~-]{43,128}$/, 'must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~')),
});

const RefreshBody = z.optional(
  z.strictObject({
    refresh_token: z.string().check(z.regex(REFRESH_TOKEN, 'must be a refresh token')),
  }),
);

/** Starts a sign-in. The page keeps the verifier, and compares `state` when it receives the code. */
export const startLogin = operation({ body: LoginBody }, async ({ body }, deps) => {
  requireListed(body.redirect_uri, deps);
  const state = body.state ?? randomBytes(STATE_BYTES).toString('base64url');
  const { pageUrl } = deps.signIn;
  const authorization_url = pageUrl({
    redirectUri: body.redirect_uri,
    state,
    codeChallenge: body.code_challenge,
  });
  return { status: 200, body: { authorization_url, state } };
});

/** Exchanges a code for tokens. The refresh token is set in a cookie that scripts cannot read. */
export const finishLogin = operation({ body: CallbackBody }, async ({ body }, deps) => {
  requireListed(body.redirect_uri, deps);
  const { exchange } = deps.signIn;
  const tokens = await exchange({
    code: body.code,
    redirectUri: body.redirect_uri,
    codeVerifier: body.code_verifier,
  });
  return withCookie(tokens);
});

/** Exchanges a refresh token for new tokens. A browser has it in a cookie, another client in the body. */
export const refreshLogin = operation(
  { body: RefreshBody, isBodyOptional: true },
  async ({ body, refreshToken }, deps) => {
    const current = body?.refresh_token ?? refreshToken;
    if (current === undefined || !REFRESH_TOKEN.test(current)) {
      throw new AppError('unauthorized', 'INVALID_REFRESH_TOKEN', 'there is no refresh token');
    }
    const { refresh } = deps.signIn;
    const tokens = await refresh(current);
    if (body === undefined) return withCookie(tokens);
    return {
      status: 200,
      body: { ...tokenBody(tokens), refresh_token: tokens.refresh_token ?? current },
    };
  },
);

/** Sign out. The cookie is always cleared. The refresh token is revoked if the user pool can be reached. */
export const logout = operation({}, async ({ refreshToken, log }, deps) => {
  if (refreshToken !== undefined && REFRESH_TOKEN.test(refreshToken)) {
    const { revoke } = deps.signIn;
    await revoke(refreshToken).catch((error: unknown) => {
      log.warn({ err: error }, 'refresh token not revoked');
    });
  }
  return { status: 204, refreshToken: null };
});

const requireListed = (redirectUri: string, { redirectUris }: Pick<ApiDeps, 'redirectUris'>) => {
  if (redirectUris.includes(redirectUri)) return;
  throw invalidRequestError('the body is not valid', [
    { path: 'redirect_uri', problem: 'is not in the list of this deployment' },
  ]);
};

const withCookie = (tokens: Tokens): ApiResponse => ({
  status: 200,
  body: tokenBody(tokens),
  ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
});

const tokenBody = ({ access_token, id_token, expires_in }: Tokens) => ({
  access_token,
  ...(id_token === undefined ? {} : { id_token }),
  token_type: 'Bearer',
  expires_in,
});
