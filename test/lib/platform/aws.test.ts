import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { snsClient } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import { clientConfig, untold } from '#lib/platform/aws.ts';
import { oldFashioned } from '#test/lib/http/client-hello.ts';

const aRead = () => new GetItemCommand({ TableName: 'some', Key: { id: { S: 'one' } } });

/**
 * Asks a service that answers like this, once, and says what came of it and whether five seconds ended first: a timer
 * that begins with the request, so that a machine that stands still holds up both.
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

describe('a try of an AWS client', () => {
  it.each<{ says: string; answer: (response: ServerResponse) => void }>([
    { says: 'does not answer', answer: () => {} },
    {
      says: 'stops within its answer',
      answer: (response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        response.write('{"Item":');
      },
    },
  ])('ends in time when the service $says', async ({ answer }) => {
    expect(await ask(answer)).toEqual({ name: 'TimeoutError', late: false });
  });

  it('offers nothing older than TLS 1.2, not even where the process would', async () => {
    const { port, versions } = await oldFashioned();
    const endpoint = `https://127.0.0.1:${port}`;
    const client = new DynamoDBClient({ ...clientConfig(), maxAttempts: 1, endpoint });
    onTestFinished(() => client.destroy());

    await client.send(aRead()).catch(() => {});

    expect(await versions).toEqual([0x0304, 0x0303]);
  });
});

describe('a client that is untold', () => {
  const names = ({ middlewareStack }: { middlewareStack: { identify: () => string[] } }) =>
    middlewareStack.identify().map((name) => name.split(' ')[0]);

  it('has every link but the one for a logger', () => {
    const whole = names(new DynamoDBClient(clientConfig()));

    expect(whole).toContain('loggerMiddleware');
    expect(names(untold(new DynamoDBClient(clientConfig())))).toEqual(
      whole.filter((name) => name !== 'loggerMiddleware'),
    );
  });

  it('is each that works for every message', () => {
    expect(names(documentClient)).not.toContain('loggerMiddleware');
    expect(names(snsClient)).not.toContain('loggerMiddleware');
  });
});
