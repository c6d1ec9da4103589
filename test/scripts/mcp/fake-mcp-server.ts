import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface McpMessage {
  id?: number | string;
  method?: string;
  params?: Record<string, unknown>;
}

export interface Call {
  headers: IncomingHttpHeaders;
  text: string;
  message: McpMessage;
}

/** Answers a call that has a valid token. */
export type AnswerCall = (call: Call, response: ServerResponse, n: number) => void | Promise<void>;

export interface FakeMcpServer {
  /** The address of the MCP endpoint. */
  address: string;
  /** Every request as `POST /path`. */
  lines: string[];
  calls: Call[];
  /** The forms that the token endpoint received. */
  forms: Record<string, string>[];
  /** The tokens that are valid now. */
  access: Set<string>;
  refresh: Set<string>;
  /** What the sign-in page adds to its redirect, or changes in it. */
  landing: Record<string, string | undefined>;
  /** What a token answer contains beside the tokens. */
  grant: { expires_in?: number };
  stop: () => Promise<void>;
}

export const result = (response: ServerResponse, { id }: McpMessage, value: unknown = {}): void =>
  json(response, 200, { jsonrpc: '2.0', id, result: value });

export const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** An MCP server on 127.0.0.1 with the authorization server in front of it. Refresh tokens are replaced at each use. */
export const startFakeMcpServer = async (answer: AnswerCall): Promise<FakeMcpServer> => {
  const fake: Omit<FakeMcpServer, 'address' | 'stop'> = {
    ...{ lines: [], calls: [], forms: [], access: new Set(), refresh: new Set() },
    ...{ landing: {}, grant: { expires_in: 3600 } },
  };
  const challenges = new Map<string, string>();
  let counter = 0;

  const grantTokens = (response: ServerResponse) => {
    counter += 1;
    fake.access.add(`access-${counter}`);
    fake.refresh.add(`refresh-${counter}`);
    json(response, 200, {
      ...{ access_token: `access-${counter}`, token_type: 'Bearer' },
      ...{ refresh_token: `refresh-${counter}`, ...fake.grant },
    });
  };
  const token = (form: Record<string, string>, response: ServerResponse) => {
    fake.forms.push(form);
    const { grant_type, code = '', code_verifier = '', refresh_token = '' } = form;
    const digest = createHash('sha256').update(code_verifier).digest('base64url');
    const isGranted =
      grant_type === 'refresh_token'
        ? fake.refresh.delete(refresh_token)
        : challenges.get(code) === digest && challenges.delete(code);
    if (isGranted) grantTokens(response);
    else json(response, 400, { error: 'invalid_grant', error_description: 'refused' });
  };
  const authorize = (query: URLSearchParams, origin: string, response: ServerResponse) => {
    counter += 1;
    const code = `code-${counter}`;
    challenges.set(code, query.get('code_challenge') ?? '');
    const landing = { code, state: query.get('state') ?? '', iss: origin, ...fake.landing };
    const back = new URL(query.get('redirect_uri') ?? '');
    for (const [name, value] of Object.entries(landing)) {
      if (value !== undefined) back.searchParams.set(name, value);
    }
    response.writeHead(303, { Location: back.href }).end();
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const origin = `http://${request.headers.host}`;
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    fake.lines.push(`${request.method} ${pathname}`);
    if (pathname === '/.well-known/oauth-protected-resource/mcp') {
      const resource = { resource: `${origin}/mcp`, authorization_servers: [origin] };
      return json(response, 200, resource);
    }
    if (pathname === '/.well-known/oauth-authorization-server') {
      return json(response, 200, metadataOf(origin));
    }
    if (pathname === '/oauth/register') {
      return json(response, 201, { ...JSON.parse(text), client_id: 'client-1' });
    }
    if (pathname === '/oauth/authorize') return authorize(searchParams, origin, response);
    if (pathname === '/oauth/token') {
      return token(Object.fromEntries(new URLSearchParams(text)), response);
    }
    const { headers } = request;
    if (!fake.access.has(headers.authorization?.replace('Bearer ', '') ?? '')) {
      return void response.writeHead(401).end();
    }
    const call = { headers, text, message: JSON.parse(text) as McpMessage };
    fake.calls.push(call);
    return void (await answer(call, response, fake.calls.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
};

const metadataOf = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/oauth/authorize`,
  token_endpoint: `${origin}/oauth/token`,
  registration_endpoint: `${origin}/oauth/register`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none'],
  authorization_response_iss_parameter_supported: true,
});
