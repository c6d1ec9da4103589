import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';

/** What signing in gives; wire names of OAuth. */
export interface Tokens {
  access_token: string;
  /** About the person, for who asked for the tokens; nobody is let in with it. */
  id_token?: string | undefined;
  /** Lasts 30 days. `undefined` where the one that was used goes on. */
  refresh_token?: string | undefined;
  /** Of the access token. Seconds. */
  expires_in: number;
}

/** Characters of a refresh token: the pool's are encrypted JWTs. They fit into a cookie as they are. */
export const REFRESH_TOKEN = /^[\w.~+/=-]{1,3800}$/;

const token = z.string().check(z.regex(/^[\w.~+/=-]{1,8192}$/));
const refreshToken = z.string().check(z.regex(REFRESH_TOKEN));
const seconds = z.int().check(z.positive());

/** RFC 6749, section 5.1, and OpenID Connect Core, section 3.1.3.3. */
export const TokenAnswer = z.object({
  access_token: token,
  id_token: z.optional(token),
  refresh_token: z.optional(refreshToken),
  expires_in: seconds,
});

/** GetTokensFromRefreshToken of Cognito. */
export const RefreshAnswer = z.object({
  AuthenticationResult: z.object({
    AccessToken: token,
    IdToken: z.optional(token),
    RefreshToken: z.optional(refreshToken),
    ExpiresIn: seconds,
  }),
});

/**
 * An answer's JSON as its schema says it is. Nothing of it gets into the error.
 * @throws AppError `unavailable` / `SIGN_IN_FAILED`
 */
export const answerAs = <Schema extends z.ZodMiniType>(
  schema: Schema,
  text: string,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, jsonOf(text));
  if (!parsed.success) throw failed('answered something else than was asked for');
  return parsed.data;
};

/** What the text says, or nothing where it is no JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The user pool, or our settings of it, failed; the person did nothing wrong. */
export const failed = (problem: string, cause?: unknown): AppError =>
  new AppError('unavailable', 'SIGN_IN_FAILED', `the user pool ${problem}`, { cause });
