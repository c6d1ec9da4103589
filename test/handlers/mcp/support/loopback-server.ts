import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadedMcp } from '#test/handlers/mcp/mcp.ts';

/** Enough users that none of them makes more than 60 calls in a minute. */
const USERS = 20;
/** The origin of the platform in unit tests. */
const PUBLIC_ORIGIN = 'https://public-url.example';

/** Serves the function on a loopback address, as a gateway does, and adds the token of an operator to each request. */
export const serveWithTokens = async ({ raw, as }: LoadedMcp) => {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    requests += 1;
    const answer = await raw({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      ...(body === '' ? {} : { body }),
      headers: { ...headersOf(request), ...as(`user-${requests % USERS}`, 'operator') },
    });
    response.writeHead(answer.statusCode ?? 500, answer.headers as Record<string, string>);
    response.end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;

  const headersOf = ({ headers }: IncomingMessage): Record<string, string> => {
    const { connection: _connection, 'content-length': _length, ...sent } = headers;
    const isOwn = sent.origin === `http://${host}`;
    return {
      ...(sent as Record<string, string>),
      // The address of the gateway is that of the platform.
      ...(isOwn ? { origin: PUBLIC_ORIGIN } : {}),
    };
  };

  return {
    url: `http://${host}/mcp`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};
