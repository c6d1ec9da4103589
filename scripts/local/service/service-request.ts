import type { IncomingMessage } from 'node:http';

/** A request to a local service that was read completely. */
export interface ServiceRequest {
  method: string;
  /** Path without query, as it was sent. */
  path: string;
  /** Query as it was sent, with its question mark, or `''`. */
  search: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** The server's own origin, as the client addresses it. */
  origin: string;
}

export const readServiceRequest = async (request: IncomingMessage): Promise<ServiceRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '/', ...rest] = (request.url ?? '/').split('?');
  const search = rest.length === 0 ? '' : `?${rest.join('?')}`;
  return {
    method: request.method ?? 'GET',
    path,
    search,
    query: new URLSearchParams(search),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
    origin: `http://${request.headers.host}`,
  };
};

export const declaresJson = ({ headers }: Pick<ServiceRequest, 'headers'>): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** The body as JSON; `undefined` when it is not JSON. */
export const jsonBodyOf = ({ body }: Pick<ServiceRequest, 'body'>): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
