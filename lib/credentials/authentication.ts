import * as z from 'zod/mini';
import { isSecretName } from '#lib/config/secret-name.ts';

const secret = z
  .string()
  .check(z.refine(isSecretName, 'must be the name of a secret, such as http/lamp'));

const path = z
  .string()
  .check(z.regex(/^\/[\w.~-]+(?:\/[\w.~-]+)*$/, 'must be a path, such as /connect/token'));

/** A token of RFC 9110. The client refuses the headers that it sets itself. */
const header = z
  .string()
  .check(z.regex(/^[\w!#$%&'*+.^`|~-]{1,64}$/, 'must be the name of a header'));

/**
 * How a service authenticates the platform, as its configuration declares it. `secret` is the short name of a secret in
 * Secrets Manager; its value has the schema of the same type in `secret-values.ts`.
 */
export const AuthenticationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  /** A token for user name and password. Source: RFC 6749, section 4.3. */
  z.strictObject({
    type: z.literal('oauth_password'),
    secret,
    /** Where the service issues tokens, on its own origin. */
    token_path: path,
    /** The key set of the service, on its own origin. With it, tokens are verified as those of a golfer. */
    keys_path: z.optional(path),
    /** The client of which the token is requested, unless the secret has one. */
    client_id: z.optional(z.string().check(z.regex(/^[\w.-]{1,64}$/, 'must be an id'))),
    scope: z.optional(
      z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e ]{1,1024}$/, 'must be scopes')),
    ),
  }),
  z.strictObject({ type: z.literal('bearer'), secret }),
  z.strictObject({ type: z.literal('api_key'), secret, header: z._default(header, 'X-API-Key') }),
  z.strictObject({ type: z.literal('basic'), secret }),
]);

export type Authentication = z.output<typeof AuthenticationSchema>;
