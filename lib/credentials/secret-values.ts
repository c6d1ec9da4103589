import * as z from 'zod/mini';
import { problemsOf } from '#lib/platform/problems.ts';
import type { Authentication } from './authentication.ts';

/** The types of authentication that need a secret. */
export type SecretType = Exclude<Authentication['type'], 'none'>;

/** Characters that a header may contain, without blanks. */
const headerValue = z
  .string()
  .check(z.regex(/^[\x21-\x7e]{1,4096}$/, 'must be printable ASCII without blanks'));

const text = z
  .string()
  .check(z.regex(/^[^\p{Cc}\p{Cs}]{1,1024}$/u, 'must be 1 to 1024 characters of one line'));

/** A colon ends the user name. Source: RFC 7617, section 2. */
const basicName = z
  .string()
  .check(z.regex(/^[^\p{Cc}\p{Cs}:]{1,1024}$/u, 'must be a line without a colon'));

/** The value of a secret by the type of authentication that it is for. */
export const SECRET_VALUES = {
  oauth_password: z.strictObject({
    username: text,
    password: text,
    client_id: z.optional(text),
    client_secret: z.optional(text),
  }),
  bearer: z.strictObject({ token: headerValue }),
  api_key: z.strictObject({ key: headerValue }),
  basic: z.strictObject({ username: basicName, password: text }),
} as const satisfies Record<SecretType, z.ZodMiniType>;

/** The problems of a secret. The names of unknown properties are not shown, because they may be part of the value. */
export const secretProblems = (error: z.core.$ZodError): string[] => {
  const { issues } = error;
  const known = issues.filter(({ code }) => code !== 'unrecognized_keys');
  const problems = problemsOf({ ...error, issues: known }).map(({ path, problem }) =>
    `${path} ${problem}`.trim(),
  );
  return known.length < issues.length ? [...problems, 'has an unknown property'] : problems;
};
