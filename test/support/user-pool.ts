import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PoolRequest {
  /** `/oauth2/token`, `/oauth2/userInfo`, or the name of an operation of the API. */
  what: string;
  headers: IncomingMessage['headers'];
  /** The fields of a form or of JSON. */
  fields: Record<string, string>;
}

export interface PoolAnswer {
  status?: number;
  /** A string is sent unchanged, anything else as JSON. */
  body: unknown;
}

/** An id token of a code that was requested with the challenge of this verifier. */
export const idTokenFor = (codeVerifier: string): string => {
  const nonce = createHash('sha256').update(codeVerifier).digest('base64url');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ token_use: 'id', nonce })}.c2lnbmF0dXJl`;
};

/**
 * The pages and the API of Cognito that signing in uses, on one port. It records requests, and tests set its
 * responses.
 */
export const startUserPool = async () => {
  const requests: PoolRequest[] = [];
  const answers = new Map<string, PoolAnswer>();
  const server = createServer(async (request, response) => {
    const received = await requestOf(request);
    requests.push(received);
    send(response, answers.get(received.what) ?? { status: 404, body: 'nothing here' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** Set the response to one kind of request. */
    answer: (what: string, answer: PoolAnswer) => void answers.set(what, answer),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type UserPool = Awaited<ReturnType<typeof startUserPool>>;

const requestOf = async (request: IncomingMessage): Promise<PoolRequest> => {
  const { headers, url = '/' } = request;
  const body = await text(request);
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1];
  const fields =
    operation === undefined
      ? Object.fromEntries(new URLSearchParams(body))
      : (JSON.parse(body) as Record<string, string>);
  return { what: operation ?? url, headers, fields };
};

const send = (response: ServerResponse, { status = 200, body }: PoolAnswer) =>
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
