import { randomBytes } from 'node:crypto';
import {
  Client,
  type FetchLike,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { expect, inject } from 'vitest';
import { freePort } from '#scripts/local/ports.ts';
import { visitPage } from '#scripts/users/visit.ts';

/** An assistant that knows nothing but the address of the MCP server. */
export interface OauthAssistant {
  redirectUri: string;
  /** The address of the consent page, once the server asked for a sign-in. */
  consentUrl: () => Promise<URL>;
  /**
   * Waits for the code. `open` shows the consent page to a person.
   * @returns the address to which the browser was redirected
   */
  visit: (open: (pageUrl: string) => void) => Promise<URL>;
  /** Exchanges the code for tokens. */
  finish: (landed: URL) => Promise<void>;
  /** A client that is connected, with the tokens. */
  connect: () => Promise<Client>;
  clientId: () => string;
  tokens: () => StoredOAuthTokens;
  /** Replaces the access token. */
  useAccessToken: (token: string) => void;
}

const TIMEOUT_MS = 60_000;

/** The official client with a memory. It registers itself. */
export const oauthAssistant = async (fetchFn?: FetchLike): Promise<OauthAssistant> => {
  const url = new URL(`${inject('platform').apiUrl}/mcp`);
  const port = await freePort();
  const redirectUri = `http://127.0.0.1:${port}/callback`;
  let registered: StoredOAuthClientInformation | undefined;
  let saved: StoredOAuthTokens | undefined;
  let discovered: OAuthDiscoveryState | undefined;
  let verifier = '';
  let page: URL | undefined;
  const authProvider: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: {
      client_name: 'End-to-end <b>assistant</b>',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    },
    state: () => randomBytes(16).toString('base64url'),
    clientInformation: () => registered,
    saveClientInformation: (information) => {
      registered = information;
    },
    tokens: () => saved,
    saveTokens: (tokens) => {
      saved = tokens;
    },
    discoveryState: () => discovered,
    saveDiscoveryState: (state) => {
      discovered = state;
    },
    redirectToAuthorization: (pageUrl) => {
      page = pageUrl;
    },
    saveCodeVerifier: (codeVerifier) => {
      verifier = codeVerifier;
    },
    codeVerifier: () => verifier,
  };
  const newTransport = () =>
    new StreamableHTTPClientTransport(url, {
      authProvider,
      ...(fetchFn === undefined ? {} : { fetch: fetchFn }),
    });
  let transport = newTransport();
  const newClient = () =>
    new Client({ name: 'e2e', version: '1' }, { versionNegotiation: { mode: 'auto' } });

  const consentUrl = async () => {
    if (page === undefined) {
      transport = newTransport();
      await expect(newClient().connect(transport)).rejects.toThrow(/unauthorized/i);
    }
    return page ?? expect.fail('the client did not ask for a sign-in');
  };
  const tokens = () => saved ?? expect.fail('the assistant is not signed in');

  return {
    redirectUri,
    consentUrl,
    visit: async (open) => {
      const { href } = await consentUrl();
      return visitPage({ port, open, timeoutMs: TIMEOUT_MS })(href);
    },
    finish: ({ searchParams }) => transport.finishAuth(searchParams),
    connect: async () => {
      const client = newClient();
      await client.connect(newTransport());
      return client;
    },
    clientId: () => registered?.client_id ?? expect.fail('the client is not registered'),
    tokens,
    useAccessToken: (access_token) => {
      saved = { ...tokens(), access_token };
    },
  };
};
