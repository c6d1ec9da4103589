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

/** A call, and the folder of the function that made it. */
export interface RecordedCall extends Call {
  name: string;
}

export interface Recorder {
  /** Where a function finds AWS: everything that comes here is its. */
  addressOf: (name: string) => string;
  /** Each different call once. */
  calls: () => RecordedCall[];
  /** Requests that could not be read, each different reason once. */
  unread: () => string[];
  stop: () => void;
}

/**
 * Stand between each function and AWS at `endpoint`, pass everything on as it is, and remember what IAM would have
 * been asked. On the wire, because that is what AWS sees: whatever client it comes from, and also from a function that
 * is killed a moment later.
 */
export const startRecorder = async (
  endpoint: string,
  names: readonly string[],
): Promise<Recorder> => {
  const calls = new Map<string, RecordedCall>();
  const unread = new Set<string>();
  // A connection of its own for each: none that the local AWS may have closed meanwhile.
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
      if (found === undefined) throw new Error(`nobody listens for ${name}`);
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

/** What breaks behind us breaks before us, too: no answer of ours is ever taken for one of AWS. */
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
