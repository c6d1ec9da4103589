import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';

/** The tokens of a sign-in, with the names of OAuth. */
export interface Tokens {
  access_token: string;
  /** Describes the user to the client. The API does not accept it. */
  id_token?: string | undefined;
  /** Valid for 30 days. `undefined` when the previous one stays valid. */
  refresh_token?: string | undefined;
  /** The lifetime of the access token. Seconds. */
  expires_in: number;
}

/** The form of a refresh token: an encrypted JWT. It needs no encoding in a cookie. */
export const REFRESH_TOKEN = /^[\w.~+/=-]{1,3800}$/;

const token = z.string().check(z.regex(/^[\w.~+/=-]{1,8192}$/));
const refreshToken = z.string().check(z.regex(REFRESH_TOKEN));
const seconds = z.int().check(z.positive());

/** The response of the token endpoint. Source: RFC 6749, section 5.1; OpenID Connect Core, section 3.1.3.3. */
export const TokenAnswer = z.object({
  access_token: token,
  id_token: z.optional(token),
  refresh_token: z.optional(refreshToken),
  expires_in: seconds,
});

/** The response of Cognito's GetTokensFromRefreshToken. */
export const RefreshAnswer = z.object({
  AuthenticationResult: z.object({
    AccessToken: token,
    IdToken: z.optional(token),
    RefreshToken: z.optional(refreshToken),
    ExpiresIn: seconds,
  }),
});

/**
 * Parses the JSON of a response. The error contains no part of it.
 * @throws AppError `unavailable` / `SIGN_IN_FAILED`
 */
export const parseAnswer = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, jsonOf(text));
  if (!parsed.success) throw signInError('sent an unexpected response');
  return parsed.data;
};

/** The parsed text; `undefined` when it is not JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The error when the user pool or its configuration is wrong, not the user's request. */
export const signInError = (problem: string, cause?: unknown): AppError =>
  new AppError('unavailable', 'SIGN_IN_FAILED', `the user pool ${problem}`, { cause });
