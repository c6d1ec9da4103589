import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientConfig } from '#lib/platform/aws.ts';
import { oldFashioned } from '#test/lib/http/client-hello.ts';

const aRead = () => new GetItemCommand({ TableName: 'some', Key: { id: { S: 'one' } } });

/**
 * Send one request to a service that responds like this. Returns how it ended, and whether five seconds ended first. The
 * timer starts with the request, so that a slow machine delays both.
 */
const ask = async (answer: (response: ServerResponse) => void) => {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const server = createServer((_request, response) => {
    timer = setTimeout(() => {
      late = true;
    }, 5_000);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    ...clientConfig(),
    maxAttempts: 1,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  try {
    const call = client.send(aRead());
    const name = await call.then(
      () => 'answered',
      (error: Error) => error.name,
    );
    return { name, late };
  } finally {
    clearTimeout(timer);
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

describe('an attempt of an AWS client', () => {
  it.each<{ says: string; answer: (response: ServerResponse) => void }>([
    { says: 'does not respond', answer: () => {} },
    {
      says: 'stalls in the middle of its response',
      answer: (response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        response.write('{"Item":');
      },
    },
  ])('ends within its timeout when the service $says', async ({ answer }) => {
    expect(await ask(answer)).toEqual({ name: 'TimeoutError', late: false });
  });

  it('offers no TLS version below 1.2, even if the process allows one', async () => {
    const { port, versions } = await oldFashioned();
    const endpoint = `https://127.0.0.1:${port}`;
    const client = new DynamoDBClient({ ...clientConfig(), maxAttempts: 1, endpoint });
    onTestFinished(() => client.destroy());

    await client.send(aRead()).catch(() => {});

    expect(await versions).toEqual([0x0304, 0x0303]);
  });
});
