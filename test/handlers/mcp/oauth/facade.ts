import { createHash } from 'node:crypto';
import { sealWith } from '#lib/identity/oauth/seal.ts';
import { env } from '#lib/platform/env.ts';
import { loadMcp, OAUTH_KEY } from '#test/handlers/mcp/mcp.ts';
import { idTokenFor, startUserPool } from '#test/support/user-pool.ts';

export const PUBLIC_URL = env('PUBLIC_URL');
export const RESOURCE = `${PUBLIC_URL}/mcp`;
export const CLAUDE = 'https://claude.ai/oauth/mcp-oauth-client-metadata';
export const CLAUDE_CODE = 'https://claude.ai/oauth/claude-code-client-metadata';
export const CLAUDE_REDIRECT = 'https://claude.ai/api/mcp/auth_callback';
export const VERIFIER = 'verifier-'.padEnd(43, 'v');
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** The seal of the deployment at a time. `keys` and `issuer` make one that its own must not open. */
export const sealAt = (nowMs: number, { keys = OAUTH_KEY, issuer = PUBLIC_URL } = {}) =>
  sealWith({ keys, issuer, clock: { now: () => nowMs } });

type Fields = Record<string, string | undefined>;
/** Fields that a browser or a client sends. A list of pairs can repeat one. */
type Sent = Fields | readonly (readonly [string, string])[];

export interface FacadeAnswer {
  status: number;
  headers: Record<string, string>;
  cookies: readonly string[];
  text: string;
  json: Record<string, unknown>;
  /** The address and the fields of a redirect. */
  target: string;
  fields: Record<string, string>;
}

const fieldsOf = (sent: Sent): URLSearchParams =>
  new URLSearchParams(
    Array.isArray(sent)
      ? sent.map(([name, value]) => [name, value])
      : Object.entries(sent as Fields).filter(
          (one): one is [string, string] => one[1] !== undefined,
        ),
  );

/** The whole function with a user pool at the wire that accepts one code. */
export const loadFacade = async (environment: Record<string, string> = {}) => {
  const pool = await startUserPool();
  const mcp = await loadMcp({
    LOGIN_URL: pool.origin,
    // The API of the pool has the origin of its key set.
    JWKS_URL: `${pool.origin}/keys`,
    LOG_LEVEL: 'debug',
    LOCAL_ORIGINS: pool.origin,
    ...environment,
  });
  pool.answer('/oauth2/token', {
    body: {
      access_token: 'pool.access.1',
      id_token: idTokenFor(VERIFIER),
      refresh_token: 'pool.refresh.1',
      token_type: 'Bearer',
      expires_in: 3_600,
    },
  });

  const send = async (
    method: 'GET' | 'POST',
    path: string,
    {
      query,
      body,
      headers = {},
    }: { query?: URLSearchParams; body?: unknown; headers?: Record<string, string> },
  ): Promise<FacadeAnswer> => {
    const event = { method, path, headers, ...(body === undefined ? {} : { body }) };
    const answered = await mcp.raw({ ...event, ...(query === undefined ? {} : { query }) });
    const { statusCode = 0, body: text = '', cookies = [] } = answered;
    const own = (answered.headers ?? {}) as Record<string, string>;
    const [target = '', fields = ''] = (own.Location ?? '').split('?');
    return {
      ...{ status: statusCode, headers: own, cookies, text, target },
      json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
      fields: Object.fromEntries(new URLSearchParams(fields)),
    };
  };

  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const post = (path: string, sent: Sent, headers: Record<string, string> = {}) =>
    // API Gateway sends a form as base64.
    send('POST', path, {
      body: Buffer.from(String(fieldsOf(sent))),
      headers: { ...FORM, ...headers },
    });

  const authorization = {
    client_id: CLAUDE,
    redirect_uri: CLAUDE_REDIRECT,
    response_type: 'code',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'client-state',
  };

  const authorize = (changed: Sent = {}) =>
    send('GET', '/oauth/authorize', {
      query: fieldsOf(
        Array.isArray(changed)
          ? [...Object.entries(authorization), ...changed]
          : { ...authorization, ...changed },
      ),
    });

  const answer = (sent: Sent, headers: Record<string, string> = { Origin: PUBLIC_URL }) =>
    post('/oauth/authorize', sent, headers);

  /** A person says yes: what the browser keeps, and what goes to the user pool. */
  const consent = async (changed: Fields = {}) => {
    const page = await authorize(changed);
    const request = requestIn(page);
    const allowed = await answer({ request, answer: 'allow' });
    const [cookie = ''] = (allowed.cookies[0] ?? '').split(';');
    return { request, allowed, cookie, state: allowed.fields.state ?? '' };
  };

  const callback = (sent: Sent, cookie?: string) =>
    send('GET', '/oauth/callback', {
      query: fieldsOf(sent),
      headers: cookie === undefined ? {} : { Cookie: cookie },
    });

  /** A person signs in: the code that the client gets. */
  const signIn = async (changed: Fields = {}) => {
    const { state, cookie } = await consent(changed);
    const returned = await callback({ state, code: 'pool-code' }, cookie);
    return { returned, code: returned.fields.code ?? '' };
  };

  const token = (sent: Sent) => post('/oauth/token', sent);

  const exchange = (code: string, changed: Fields = {}) =>
    token({
      grant_type: 'authorization_code',
      ...{ client_id: CLAUDE, redirect_uri: CLAUDE_REDIRECT, code, code_verifier: VERIFIER },
      ...changed,
    });

  const refresh = (refresh_token: string, changed: Fields = {}) =>
    token({ grant_type: 'refresh_token', client_id: CLAUDE, refresh_token, ...changed });

  const register = (body: unknown) =>
    send('POST', '/oauth/register', { body, headers: { 'Content-Type': 'application/json' } });

  const stop = async () => {
    mcp.keys.close();
    await pool.stop();
  };

  return {
    ...{ mcp, pool, send, post, authorize, answer, consent, callback, signIn },
    ...{ token, exchange, refresh, register, stop },
  };
};

export type Facade = Awaited<ReturnType<typeof loadFacade>>;

/** The sealed request in the form of the consent page. */
export const requestIn = ({ text }: FacadeAnswer): string =>
  /name="request" value="([^"]+)"/.exec(text)?.[1] ?? '';
