import * as z from 'zod/mini';
import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';

/** A SHA-256 digest in base64url. */
const digest = z.string();

/** What a sign-in of an assistant carries from its start to its end. */
const flow = {
  /** Of the client id, which can be long. */
  client: digest,
  redirect_uri: z.string(),
  /** The client's own value. It is returned unchanged. */
  state: z.optional(z.string()),
};

/**
 * What is sealed, and how long it can be opened. A sealed value of one purpose cannot be used for another. A registered
 * client keeps its id, because a new id means a new consent.
 */
export const SEAL_PURPOSES = {
  /** In the form of the consent page: the request that a person decides about. */
  consent: {
    content: z.strictObject({ ...flow, code_challenge: z.string() }),
    ttlMs: 10 * MINUTE_MS,
  },
  /** The `state` at the user pool. `browser` is the digest of the cookie of the browser that gave the consent. */
  state: { content: z.strictObject({ ...flow, browser: digest }), ttlMs: 10 * MINUTE_MS },
  /** Contains a code of the user pool, which is valid for five minutes and can be used once. */
  code: {
    content: z.strictObject({ client: digest, redirect_uri: z.string(), code: z.string() }),
    ttlMs: 5 * MINUTE_MS,
  },
  /** Contains a refresh token of the user pool, which decides how long it is valid. */
  refresh: { content: z.strictObject({ client: digest, token: z.string() }), ttlMs: 31 * DAY_MS },
  /** The id of a registered client. */
  client: {
    content: z.strictObject({ name: z.string(), redirect_uris: z.array(z.string()) }),
    ttlMs: 3_650 * DAY_MS,
  },
} as const;

export type SealPurpose = keyof typeof SEAL_PURPOSES;
export type SealedContent<Purpose extends SealPurpose> = z.output<
  (typeof SEAL_PURPOSES)[Purpose]['content']
>;
