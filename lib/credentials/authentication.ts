import * as z from 'zod/mini';

/** How a service authenticates the platform. The secret is a name in Secrets Manager, never a value. */
export const AuthenticationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('oauth_password'),
    secret: z.string(),
    /** Where the service issues tokens, on its own origin. */
    token_path: z.string(),
    /** The key set that verifies the tokens, on its own origin. */
    keys_path: z.string(),
    client_id: z.string(),
    scope: z.string(),
  }),
  z.strictObject({ type: z.literal('bearer'), secret: z.string() }),
  z.strictObject({ type: z.literal('api_key'), secret: z.string(), header: z.string() }),
  z.strictObject({ type: z.literal('basic'), secret: z.string() }),
]);
export type Authentication = z.output<typeof AuthenticationSchema>;
