import { createHash } from 'node:crypto';
import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import {
  jsonOf,
  parseAnswer,
  RefreshAnswer,
  signInError,
  TokenAnswer,
  type Tokens,
} from './tokens.ts';

export interface SignInOptions {
  /** Base address of the sign-in pages and of the token endpoint, without a slash at its end. */
  loginUrl: string;
  /** Base address of the user pool's API. */
  poolUrl: string;
  /** The app client, which has no secret. */
  clientId: string;
  client: HttpClient;
  clock: Clock;
  /** What the tokens tell about the user, at the pool's user info endpoint too. `openid` is needed for the nonce. */
  scope?: string;
  /** Timeout of one call. Milliseconds. */
  timeoutMs?: number;
}

export interface SignIn {
  /** The page where a user signs in. It redirects to `redirectUri` with a code. */
  pageUrl: (request: { redirectUri: string; state: string; codeChallenge: string }) => string;
  /**
   * Exchanges a code for tokens. The code must have been requested at `pageUrl` with the challenge of this verifier.
   * @throws AppError `unauthorized` / `INVALID_AUTHORIZATION_CODE` for any other code, and for a code that was used
   */
  exchange: (grant: { code: string; redirectUri: string; codeVerifier: string }) => Promise<Tokens>;
  /** Gets new tokens. @throws AppError `unauthorized` / `INVALID_REFRESH_TOKEN` */
  refresh: (refreshToken: string) => Promise<Tokens>;
  /** Revokes a refresh token. An unknown token counts as revoked. */
  revoke: (refreshToken: string) => Promise<void>;
  /** The e-mail address of the user of an access token; `undefined` when the pool does not return it. */
  emailOf: (accessToken: string) => Promise<string | undefined>;
}

const DEFAULT_SCOPE = 'openid email profile';

/** The pool's errors for a refresh token that is not valid. */
const INVALID_TOKEN_ERRORS: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'NotAuthorizedException',
  'PasswordResetRequiredException',
  'RefreshTokenReuseException',
  'UnsupportedTokenTypeException',
  'UserNotConfirmedException',
  'UserNotFoundException',
]);

/**
 * The sign-in at the user pool with an authorization code and PKCE, and the use of refresh tokens. Calls are not retried:
 * a code can be used only once, and the user can repeat a failed request.
 * The pool accepts any verifier for a code that was requested without a challenge. Therefore the challenge is also the
 * `nonce` of the request, which the pool copies into the id token. Tokens without this nonce are refused.
 * The pool's API is called without the SDK, which would be a third of the bundle for two unsigned requests.
 * `GetTokensFromRefreshToken` is used instead of the token endpoint, because it keeps the groups also on the local AWS.
 * Source: RFC 6749, RFC 7636; OpenID Connect Core 1.0, section 3.1.2.1, for the nonce; Amazon Cognito, "User pool
 * endpoints and managed login reference", "GetTokensFromRefreshToken", "RevokeToken".
 *
 * All but `pageUrl` throw AppError `unavailable` / `SIGN_IN_FAILED` and what `HttpClient` throws.
 */
export const signInAt = ({
  loginUrl,
  poolUrl,
  clientId,
  client,
  clock,
  scope = DEFAULT_SCOPE,
  timeoutMs = 5_000,
}: SignInOptions): SignIn => {
  const send = (request: Omit<HttpRequest, 'deadlineMs'>): Promise<HttpResponse> =>
    client({ ...request, deadlineMs: clock.now() + timeoutMs }).catch((cause: unknown) => {
      // `invalid` from the HTTP client means that our request is wrong, not the user's.
      if (cause instanceof AppError && cause.kind === 'invalid')
        throw signInError('cannot be called', cause);
      throw cause;
    });

  const callPool = (operation: string, input: Record<string, string>) =>
    send({
      method: 'POST',
      url: `${poolUrl}/`,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ...input, ClientId: clientId }),
    });

  const revoke = async (refreshToken: string): Promise<void> => {
    const { status, body } = await callPool('RevokeToken', { Token: refreshToken });
    if (status === 200 || INVALID_TOKEN_ERRORS.has(errorNameOf(body))) return;
    throw signInError(`responded with ${status} to the revocation of a token`);
  };

  return {
    pageUrl: ({ redirectUri, state, codeChallenge }) =>
      `${loginUrl}/oauth2/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        nonce: codeChallenge,
      })}`,

    exchange: async ({ code, redirectUri, codeVerifier }) => {
      const { status, body } = await send({
        method: 'POST',
        url: `${loginUrl}/oauth2/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
        }).toString(),
      });
      if (status === 200) {
        const tokens = parseAnswer(TokenAnswer, body);
        if (nonceIn(tokens.id_token) === challengeOf(codeVerifier)) return tokens;
        // No client has these tokens. If the revocation fails, they expire unused.
        if (tokens.refresh_token !== undefined) await revoke(tokens.refresh_token).catch(() => {});
        throw grantError(
          'INVALID_AUTHORIZATION_CODE',
          'the code was not requested with this verifier',
        );
      }
      const { error } = (jsonOf(body) ?? {}) as { error?: unknown };
      if (status === 400 && (error === 'invalid_grant' || error === 'invalid_request')) {
        throw grantError('INVALID_AUTHORIZATION_CODE', 'the code is not valid or has expired');
      }
      throw signInError(`responded with ${status} to a code`);
    },

    refresh: async (refreshToken) => {
      const { status, body } = await callPool('GetTokensFromRefreshToken', {
        RefreshToken: refreshToken,
      });
      if (status === 200) {
        const { AuthenticationResult: result } = parseAnswer(RefreshAnswer, body);
        return {
          access_token: result.AccessToken,
          id_token: result.IdToken,
          refresh_token: result.RefreshToken,
          expires_in: result.ExpiresIn,
        };
      }
      const problem = errorNameOf(body);
      if (INVALID_TOKEN_ERRORS.has(problem)) {
        throw grantError('INVALID_REFRESH_TOKEN', 'the refresh token is not valid or has expired');
      }
      throw signInError(`responded with ${status} ${problem} to a refresh token`);
    },

    revoke,

    emailOf: async (accessToken) => {
      const { status, body } = await send({
        method: 'GET',
        url: `${loginUrl}/oauth2/userInfo`,
        headers: { authorization: `Bearer ${accessToken}` },
      });
      if (status !== 200) return undefined;
      const { email } = (jsonOf(body) ?? {}) as { email?: unknown };
      return typeof email === 'string' ? email : undefined;
    },
  };
};

const challengeOf = (codeVerifier: string): string =>
  createHash('sha256').update(codeVerifier).digest('base64url');

/** The nonce of an id token. The token comes directly from the token endpoint, so its signature is not verified. */
const nonceIn = (idToken = ''): unknown => {
  const claims = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
  return ((jsonOf(claims) ?? {}) as { nonce?: unknown }).nonce;
};

/** The name of the pool's error: `NotAuthorizedException` for `com.amazonaws.…#NotAuthorizedException`. */
const errorNameOf = (body: string): string => {
  const { __type } = (jsonOf(body) ?? {}) as { __type?: unknown };
  if (typeof __type !== 'string') return 'unknown';
  return /^(?:[\w.]+#)?([A-Za-z]{1,60})$/.exec(__type)?.[1] ?? 'unknown';
};

const grantError = (
  code: 'INVALID_AUTHORIZATION_CODE' | 'INVALID_REFRESH_TOKEN',
  message: string,
): AppError => new AppError('unauthorized', code, message);
