import { randomBytes } from 'node:crypto';
import {
  type AuthorizationServerMetadata,
  discoverOAuthServerInfo,
  exchangeAuthorization,
  OAuthError,
  type OAuthTokens,
  refreshAuthorization,
  registerClient,
  startAuthorization,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client';
import { lazily } from '#lib/platform/lazily.ts';
import { freePort } from '#scripts/local/ports.ts';
import { line } from '#scripts/printable.ts';
import { visitPage } from '#scripts/users/visit.ts';
import { boundedFetch, boundedText } from './bounded-fetch.ts';
import type { SavedSignIn } from './kept-sign-in.ts';

export interface SignedIn {
  clientId: string;
  tokens: OAuthTokens;
}

/** The authorization server in front of an MCP server. */
export interface McpAuthorization {
  /** Lets the person sign in with the browser, as a client that is registered for this. */
  signIn: () => Promise<SignedIn>;
  /** @returns `undefined` when the server refuses the token */
  refresh: (
    saved: Pick<SavedSignIn, 'client_id' | 'refresh_token'>,
  ) => Promise<SignedIn | undefined>;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const EMPTY_STATUSES: readonly number[] = [204, 205, 304];
const REFUSALS: readonly string[] = ['invalid_grant', 'invalid_client', 'unauthorized_client'];

/**
 * Finds the authorization server by the well-known paths of the MCP server's own origin, and speaks OAuth 2.1 with it.
 * Source: Model Context Protocol, "Authorization"; RFC 7591, 8252, 8414, 8707, 9207 and 9728.
 */
export const mcpAuthorization = (address: URL, visit = visitPage): McpAuthorization => {
  const fetchFn = wholeAnswers(boundedFetch({ origin: address.origin, timeoutMs: TIMEOUT_MS }));
  const discover = lazily(async () => {
    const found = await discoverOAuthServerInfo(address, { fetchFn });
    const { authorizationServerMetadata: metadata, resourceMetadata } = found;
    if (metadata === undefined) {
      throw new Error(line`${address.origin} does not say how to sign in: is it a rez-agent?`);
    }
    const resource = resourceMetadata?.resource ?? address.href;
    if (resource !== address.href) {
      throw new Error(line`the MCP server calls itself ${resource}, not ${address.href}`);
    }
    return { url: found.authorizationServerUrl, metadata };
  });

  return {
    signIn: async () => {
      const { url, metadata } = await discover();
      const port = await freePort();
      const redirectUrl = `http://127.0.0.1:${port}/callback`;
      const client = await registerClient(url, {
        metadata,
        fetchFn,
        clientMetadata: {
          client_name: 'rez-agent bridge',
          redirect_uris: [redirectUrl],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
        },
      });
      const clientInformation = { client_id: client.client_id };
      const { authorizationUrl, codeVerifier } = await startAuthorization(url, {
        ...{ metadata, clientInformation, redirectUrl, resource: address },
        state: randomBytes(24).toString('base64url'),
      });
      requireSameOrigin(authorizationUrl, address);
      const landed = await visit({ port })(authorizationUrl.href);
      const tokens = await exchangeAuthorization(url, {
        ...{ metadata, clientInformation, codeVerifier, fetchFn },
        ...codeIn(landed, metadata),
        redirectUri: redirectUrl,
        resource: address,
      });
      return { clientId: client.client_id, tokens };
    },

    refresh: async ({ client_id, refresh_token }) => {
      const { url, metadata } = await discover();
      try {
        const tokens = await refreshAuthorization(url, {
          ...{ metadata, fetchFn, resource: address },
          clientInformation: { client_id },
          refreshToken: refresh_token,
        });
        return { clientId: client_id, tokens };
      } catch (error) {
        if (error instanceof OAuthError && REFUSALS.includes(error.code)) return undefined;
        throw error;
      }
    },
  };
};

/** The visit has checked the state. @throws Error when another server answered, or the person did not agree */
const codeIn = ({ searchParams }: URL, { issuer }: AuthorizationServerMetadata) => {
  const { iss, code, error, error_description } = Object.fromEntries(searchParams);
  validateAuthorizationResponseIssuer({ iss, expectedIssuer: issuer, issParameterSupported: true });
  if (code === undefined || iss === undefined) {
    throw new Error(line`not signed in: ${error_description ?? error ?? 'no code'}`);
  }
  return { authorizationCode: code, iss };
};

const requireSameOrigin = ({ origin }: URL, address: URL): void => {
  if (origin === address.origin) return;
  throw new Error(line`the sign-in page is at ${origin}, not at ${address.origin}`);
};

/** Answers that were read within their limit. */
const wholeAnswers =
  (fetchFn: ReturnType<typeof boundedFetch>): ReturnType<typeof boundedFetch> =>
  async (url, init) => {
    const response = await fetchFn(url, init);
    const text = await boundedText(response, MAX_ANSWER_BYTES);
    const { status, headers } = response;
    return new Response(EMPTY_STATUSES.includes(status) ? null : text, {
      status,
      // The text is not compressed any more.
      headers: { 'Content-Type': headers.get('content-type') ?? 'text/plain' },
    });
  };
