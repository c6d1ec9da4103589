import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, callsOf } from '#test/support/iam/call.ts';

/** A call, with the folder name of the function that made it. */
export interface RecordedCall extends Call {
  name: string;
}

export interface Recorder {
  /** The address of AWS for one function. Every request to it comes from that function. */
  addressOf: (name: string) => string;
  /** Each distinct call once. */
  calls: () => RecordedCall[];
  /** The requests that could not be parsed, each distinct reason once. */
  unread: () => string[];
  stop: () => void;
}

/**
 * Forward the requests of each function to AWS at `endpoint`, and record the IAM permissions that they need. It
 * records requests on the wire, whatever client sends them, also from a function that is killed afterwards.
 */
export const startRecorder = async (
  endpoint: string,
  names: readonly string[],
): Promise<Recorder> => {
  const calls = new Map<string, RecordedCall>();
  const unread = new Set<string>();
  // A new connection for each request, because the local AWS may have closed an older one.
  const agent = new Agent({ keepAlive: false });

  const remember = (
    name: string,
    { method = '', url = '', headers }: IncomingMessage,
    body: Buffer,
  ) => {
    try {
      for (const call of callsOf({ method, path: url, headers, body: body.toString() })) {
        const { action, resource } = call;
        calls.set([name, action, resource].join(' '), { name, ...call });
      }
    } catch (error) {
      unread.add(`${name}: ${error instanceof Error ? error.message : 'no error'}`);
    }
  };

  const listeners = await Promise.all(
    names.map(async (name) => {
      const server = createServer(async (incoming, response) => {
        const body = await bodyOf(incoming).catch(() => undefined);
        if (body === undefined) return;
        remember(name, incoming, body);
        passOn(incoming, body, response, { endpoint, agent });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { name, server, url: `http://127.0.0.1:${port}` };
    }),
  );

  return {
    addressOf: (name) => {
      const found = listeners.find((listener) => listener.name === name);
      if (found === undefined) throw new Error(`there is no address for ${name}`);
      return found.url;
    },
    calls: () => [...calls.values()],
    unread: () => [...unread],
    stop: () => {
      for (const { server } of listeners) {
        server.close();
        server.closeAllConnections();
      }
      agent.destroy();
    },
  };
};

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** When the connection to AWS breaks, break that to the function, too, so that it gets no response of the recorder. */
const passOn = (
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  { endpoint, agent }: { endpoint: string; agent: Agent },
) => {
  const kept = without(headers, 'connection', 'transfer-encoding');
  const onward = request(
    new URL(url ?? '/', endpoint),
    { method, agent, headers: { ...kept, 'content-length': body.length } },
    (answer) => {
      const rest = without(answer.headers, 'connection', 'keep-alive');
      response.writeHead(answer.statusCode ?? 502, rest);
      answer.pipe(response).on('error', () => response.destroy());
      answer.on('error', () => response.destroy());
    },
  );
  onward.on('error', () => response.destroy());
  onward.end(body);
};

const without = (headers: IncomingHttpHeaders, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
