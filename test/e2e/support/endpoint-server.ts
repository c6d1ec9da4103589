import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A service of an operator, which requires a header for each path. */
export interface EndpointServer {
  url: string;
  /** The headers that it accepts, by path: name and value. */
  accepted: Map<string, readonly [name: string, value: string]>;
  /** What it received, oldest first. */
  received: { path: string; status: 200 | 401; headers: IncomingHttpHeaders }[];
  stop: () => Promise<void>;
}

/** Starts the service. Like a careless one, it sends the headers of every request back. */
export const startEndpoint = async (port: number): Promise<EndpointServer> => {
  const accepted: EndpointServer['accepted'] = new Map();
  const received: EndpointServer['received'] = [];
  const server = createServer(({ url: path = '', headers }, response) => {
    const [name = '', value] = accepted.get(path) ?? [];
    const status = value !== undefined && headers[name] === value ? 200 : 401;
    received.push({ path, status, headers });
    const body = status === 200 ? { you_sent: headers } : { detail: `refused: ${headers[name]}` };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
