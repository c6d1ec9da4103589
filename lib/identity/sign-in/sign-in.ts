import { createHash } from 'node:crypto';
import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { answerAs, failed, jsonOf, RefreshAnswer, TokenAnswer, type Tokens } from './tokens.ts';

export interface SignInOptions {
  /** Base address of the sign-in pages and of the token endpoint, without a slash at its end. */
  loginUrl: string;
  /** Base address of the user pool's API. */
  poolUrl: string;
  /** The public client. */
  clientId: string;
  client: HttpClient;
  clock: Clock;
  /** For one call. Milliseconds. */
  timeoutMs?: number;
}

export interface SignIn {
  /** The page where a person signs in; it leads back to `redirectUri` with a code. */
  pageUrl: (asked: { redirectUri: string; state: string; codeChallenge: string }) => string;
  /**
   * Tokens for a code that was requested at `pageUrl` with the challenge of this verifier.
   * @throws AppError `unauthorized` / `INVALID_AUTHORIZATION_CODE` for every other code, also for a used one
   */
  exchange: (grant: { code: string; redirectUri: string; codeVerifier: string }) => Promise<Tokens>;
  /** @throws AppError `unauthorized` / `INVALID_REFRESH_TOKEN` */
  refresh: (refreshToken: string) => Promise<Tokens>;
  /** Revokes a refresh token. An unknown token counts as revoked. */
  revoke: (refreshToken: string) => Promise<void>;
  /** The e-mail address of the user of an access token; `undefined` when the pool does not answer it. */
  emailOf: (accessToken: string) => Promise<string | undefined>;
}

const SCOPES = 'openid email profile';

/** The errors of the pool for a refresh token that is not valid. */
const REFUSED: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'NotAuthorizedException',
  'PasswordResetRequiredException',
  'RefreshTokenReuseException',
  'UnsupportedTokenTypeException',
  'UserNotConfirmedException',
  'UserNotFoundException',
]);

/**
 * Signing in at the user pool: authorization code with PKCE, then refresh tokens. Every call is one try: a code can be
 * used once, and the user can repeat a failed request.
 * The pool accepts any verifier for a code that was requested without a challenge. So the challenge is also the `nonce`
 * of the request, which the pool copies into the id token: tokens without the nonce of the verifier are refused.
 * The pool's API is called without the SDK: two unsigned requests are not worth a third of the bundle.
 * Source: RFC 6749, RFC 7636; OpenID Connect Core 1.0, section 3.1.2.1, for the nonce; "User pool endpoints and managed
 * login reference", "GetTokensFromRefreshToken", "RevokeToken", Amazon Cognito. The token endpoint could refresh, too;
 * the API keeps the groups everywhere.
 *
 * All but `pageUrl` throw AppError `unavailable` / `SIGN_IN_FAILED` and what `HttpClient` throws.
 */
export const signInAt = ({
  loginUrl,
  poolUrl,
  clientId,
  client,
  clock,
  timeoutMs = 5_000,
}: SignInOptions): SignIn => {
  const send = (request: Omit<HttpRequest, 'deadlineMs'>): Promise<HttpResponse> =>
    client({ ...request, deadlineMs: clock.now() + timeoutMs }).catch((cause: unknown) => {
      // The HTTP client's `invalid` means that our request is wrong, not that the user did something wrong.
      if (cause instanceof AppError && cause.kind === 'invalid') throw failed('is unusable', cause);
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
    if (status === 200 || REFUSED.has(problemOf(body))) return;
    throw failed(`answered ${status} to a token that is to be revoked`);
  };

  return {
    pageUrl: ({ redirectUri, state, codeChallenge }) =>
      `${loginUrl}/oauth2/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPES,
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
        const tokens = answerAs(TokenAnswer, body);
        if (nonceIn(tokens.id_token) === challengeOf(codeVerifier)) return tokens;
        // Nobody has seen these tokens: if the pool does not revoke them, they expire unused.
        if (tokens.refresh_token !== undefined) await revoke(tokens.refresh_token).catch(() => {});
        throw refused(
          'INVALID_AUTHORIZATION_CODE',
          'the code was not requested with this verifier',
        );
      }
      const { error } = (jsonOf(body) ?? {}) as { error?: unknown };
      if (status === 400 && (error === 'invalid_grant' || error === 'invalid_request')) {
        throw refused('INVALID_AUTHORIZATION_CODE', 'the code is not valid, or no longer');
      }
      throw failed(`answered ${status} to a code`);
    },

    refresh: async (refreshToken) => {
      const { status, body } = await callPool('GetTokensFromRefreshToken', {
        RefreshToken: refreshToken,
      });
      if (status === 200) {
        const { AuthenticationResult: result } = answerAs(RefreshAnswer, body);
        return {
          access_token: result.AccessToken,
          id_token: result.IdToken,
          refresh_token: result.RefreshToken,
          expires_in: result.ExpiresIn,
        };
      }
      const problem = problemOf(body);
      if (REFUSED.has(problem)) {
        throw refused('INVALID_REFRESH_TOKEN', 'the refresh token is not valid, or no longer');
      }
      throw failed(`answered ${status} ${problem} to a refresh token`);
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

/** The nonce of an id token that comes from the token endpoint itself, so its signature need not be verified. */
const nonceIn = (idToken = ''): unknown => {
  const claims = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
  return ((jsonOf(claims) ?? {}) as { nonce?: unknown }).nonce;
};

/** The name of the pool's error: `NotAuthorizedException` of `com.amazonaws.…#NotAuthorizedException`. */
const problemOf = (body: string): string => {
  const { __type } = (jsonOf(body) ?? {}) as { __type?: unknown };
  return /^(?:[\w.]+#)?([A-Za-z]{1,60})$/.exec(String(__type))?.[1] ?? 'unknown';
};

const refused = (
  code: 'INVALID_AUTHORIZATION_CODE' | 'INVALID_REFRESH_TOKEN',
  message: string,
): AppError => new AppError('unauthorized', code, message);
