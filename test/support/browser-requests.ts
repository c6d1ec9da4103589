/** Requests that browsers send to a server on this machine, for foreign pages and for our own pages. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  method?: string;
  path?: string;
  /** Names and values alternate; names may repeat. Without a `Host`, none is sent. */
  headers: readonly string[];
  body?: string;
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Send exactly these headers, `Host` included.
 * @returns status 0 when the connection ends without a response
 */
export const sendExactly = (
  url: string,
  { method, path, headers, body }: Sent,
): Promise<Received> => {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const outgoing = request(
      {
        hostname,
        port,
        method: method ?? 'GET',
        path: path ?? '/',
        headers: [...headers, ...(body === undefined ? [] : ['Content-Length', `${body.length}`])],
        setHost: false,
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', () => resolve({ status: 0, headers: {}, body: '' }));
    outgoing.end(body);
  });
};

type Case = readonly [what: string, headers: readonly string[]];

/**
 * Host names by which a foreign page can reach a server at `host` (`127.0.0.1:2586`), and names that only look like
 * this machine.
 */
export const foreignHosts = (host: string): Case[] => {
  const port = host.slice(host.lastIndexOf(':'));
  return [
    ...[
      `evil.example${port}`,
      'evil.example',
      `127.0.0.1.evil.example${port}`,
      `localhost.evil.example${port}`,
      `evil.localhost${port}`,
      `LOCALHOST.EVIL.EXAMPLE${port}`,
      `localhost.${port}`,
      `127.0.0.1.${port}`,
      `127.1${port}`,
      `2130706433${port}`,
      `0.0.0.0${port}`,
      `[::]${port}`,
      `[::1%25eth0]${port}`,
      `user@127.0.0.1${port}`,
      `127.0.0.1${port}.evil.example`,
      `127.0.0.1${port}, evil.example`,
      'http://127.0.0.1',
      '127.0.0.1:',
      '',
    ].map((name): Case => [`Host ${JSON.stringify(name)}`, ['Host', name]]),
    ['no Host', []],
    ['our Host and another', ['Host', host, 'Host', 'evil.example']],
    ['another Host and ours', ['Host', 'evil.example', 'Host', host]],
  ];
};

/** Names of this machine that a browser or curl may use, forwarded ports included. */
export const ownHosts = (host: string): string[] => {
  const port = host.slice(host.lastIndexOf(':'));
  return [
    ...['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'].map((name) => `${name}${port}`),
    'localhost',
    'localhost:9000',
  ];
};

/** Origins of pages that are not the server's own. */
export const foreignOrigins = (host: string): Case[] => {
  const port = host.slice(host.lastIndexOf(':'));
  return [
    ...[
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      'http://127.0.0.1',
      `https://${host}`,
      `http://evil.example${port}`,
      `http://${host}.evil.example`,
      `http://${host}/`,
      `http://${host}0`,
      `http://127.0.0.1.evil.example${port}`,
      `http://localhost${port}`,
      `http://[::1]${port}`,
      `http://user@${host}`,
      `http://${host} https://evil.example`,
      'file://',
      'chrome-extension://abcdefghijklmnop',
      '',
    ].map((origin): Case => [`Origin ${JSON.stringify(origin)}`, ['Host', host, 'Origin', origin]]),
    ['two origins', ['Host', host, 'Origin', `http://${host}`, 'Origin', 'https://evil.example']],
  ];
};

/** Requests without `Origin` that a foreign page causes with an element, a frame or a script. */
export const foreignFetches = (host: string): Case[] =>
  [
    ['an image', 'cross-site', 'no-cors', 'image'],
    ['a script', 'cross-site', 'no-cors', 'script'],
    ['a style sheet', 'cross-site', 'no-cors', 'style'],
    ['an image of a page on another port', 'same-site', 'no-cors', 'image'],
    ['a frame', 'cross-site', 'navigate', 'iframe'],
    ['an embedded object', 'cross-site', 'navigate', 'object'],
    ['a fetch without CORS', 'cross-site', 'no-cors', 'empty'],
    ['a fetch of a page on another port', 'same-site', 'no-cors', 'empty'],
  ].map(([what = '', ...values]): Case => [what, ['Host', host, ...fetchMetadata(values)]]);

/** A link on a foreign page, opened in a tab. */
export const foreignNavigation = (host: string): readonly string[] => [
  'Host',
  host,
  ...fetchMetadata(['cross-site', 'navigate', 'document']),
  'Sec-Fetch-User',
  '?1',
];

const METADATA = ['Sec-Fetch-Site', 'Sec-Fetch-Mode', 'Sec-Fetch-Dest'];

const fetchMetadata = (values: readonly string[]) =>
  METADATA.flatMap((name, at) => [name, values[at] ?? '']);

/** Headers with which a browser opens a WebSocket. */
export const WEB_SOCKET = [
  ...['Connection', 'Upgrade', 'Upgrade', 'websocket'],
  ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
];

/** Every request that a foreign page can cause without a preflight. */
export const foreignRequests = (host: string): Case[] => [
  ...foreignHosts(host),
  ...foreignOrigins(host),
  ...foreignFetches(host),
];
