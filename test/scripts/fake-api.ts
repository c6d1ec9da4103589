import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import type { TargetPlatform } from '#scripts/target-platform.ts';

export interface FakeApi {
  platform: TargetPlatform;
  /** The requests so far, as `GET /path?query` with the body of a POST. */
  requests: {
    line: string;
    body?: unknown;
    authorization: string | undefined;
    idempotencyKey?: string;
  }[];
  stop: () => Promise<void>;
}

export interface FakeResponse {
  status?: number;
  body: unknown;
}

/** An API on this machine that responds to the request number `n` of a route as `respond` says. */
export const startFakeApi = async (
  respond: (line: string, n: number) => FakeResponse,
): Promise<FakeApi> => {
  const requests: FakeApi['requests'] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const line = `${request.method} ${request.url}`;
    const { authorization, 'idempotency-key': key } = request.headers;
    requests.push({
      line,
      authorization,
      ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
      ...(text === '' ? {} : { body: JSON.parse(text) }),
    });
    const n = (counts.get(line) ?? 0) + 1;
    counts.set(line, n);
    const { status = 200, body } = respond(line, n);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    platform: {
      apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: 'the-token',
    },
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Collects what a command prints instead of printing it. */
export const collectOutput = () => {
  const output: string[] = [];
  const progress: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => void output.push(String(text))),
    vi.spyOn(console, 'error').mockImplementation((text) => void progress.push(String(text))),
  ];
  return {
    output,
    progress,
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
};
