import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { callApi } from '#scripts/call-api.ts';
import { messageOf } from '#scripts/command.ts';
import { localClients } from '#scripts/local/clients.ts';
import { startFront } from '#scripts/local/front.ts';
import { visitForm } from '#scripts/users/visit.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Address of a server that gives every request this response. */
const serve = async (status: number, body: string, headers = {}): Promise<string> => {
  const listener: RequestListener = (request, response) => {
    request.resume();
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(() => 'it succeeded', messageOf);

const callAt = (apiUrl: string) =>
  failureOf(callApi({ apiUrl, token: 't', path: '/api/x' }, z.object({ id: z.string() })));

describe('a command that calls the API', () => {
  it.each([
    [
      'the API',
      400,
      '{"error":{"code":"VALIDATION_ERROR","message":"the body is not valid","details":[{"path":"payload.title","problem":"is too long"}],"correlation_id":"c"}}',
      '400 the body is not valid\n  payload.title: is too long',
    ],
    ['the gateway', 401, '{"message":"Unauthorized"}', '401 Unauthorized'],
    ['another program', 403, '<html>no\u001b[2J</html>', '403 <html>no\\u001b[2J</html>'],
    ['a server without a reason', 503, '', '503 without a body'],
    ['a server with another shape', 500, '{"error":"broken"}', '500 {"error":"broken"}'],
    ['a server that says null', 500, 'null', '500 null'],
    ['a redirect', 302, '', '302 without a body'],
    ['success of another program', 200, '<html>', '200, but not an answer of the API: <html>'],
    ['success without the fields', 200, '{"id":1}', '200, but not an answer of the API: {"id":1}'],
  ])('prints the reason of %s', async (_, status, body, expected) => {
    const failure = await callAt(await serve(status, body));

    expect(failure).toBe(expected);
    expect(unsafeIn(failure.replaceAll('\n', ''))).toEqual([]);
  });

  it('prints the reason of the front', async () => {
    const front = await startFront({ port: 0 });
    stops.push(front.stop);

    expect(await callAt(front.url)).toBe('503 the platform is still starting');
  });

  it('prints why there is no connection', async () => {
    const url = await serve(200, '');
    for (const stop of stops.splice(0)) await stop();

    expect(await callAt(url)).toMatch(/^fetch failed: .*ECONNREFUSED/);
  });

  it('returns the fields of a success', async () => {
    const apiUrl = await serve(201, '{"id":"msg_1","other":1}');

    const body = await callApi({ apiUrl, token: 't', path: '/' }, z.object({ id: z.string() }));

    expect(body).toEqual({ id: 'msg_1' });
  });
});

describe('a command that calls the local AWS', () => {
  const describeTable = (endpoint: string) => {
    const { dynamodb } = localClients(endpoint);
    return failureOf(dynamodb.send(new DescribeTableCommand({ TableName: 't' })));
  };

  it.each([
    [403, '{"message":"The local AWS refuses this request: Host."}', /^The local AWS refuses/],
    [403, '<html>no</html>', /^HTTP 403, and not an answer of AWS$/],
    [503, '', /^HTTP 503, and not an answer of AWS$/],
    [200, '<html>', /^HTTP 200, and not an answer of AWS$/],
  ])('prints the reason of a %i with the body %s', async (status, body, expected) => {
    expect(await describeTable(await serve(status, body))).toMatch(expected);
  });

  it('prints why there is no connection when the error itself has no message', () => {
    const error = new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]);

    expect(messageOf(error)).toBe('::1 refused; 127.0.0.1 refused');
    expect(messageOf(Object.assign(new Error(''), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
  });

  it.each([
    [200, '<form>', 'wrong password, or no such user'],
    [403, '{"message":"The local AWS refuses this request."}', '403 The local AWS refuses'],
    [502, '<html>', '502 <html>'],
  ])('prints why a sign-in with status %i failed', async (status, body, expected) => {
    const url = await serve(status, body);

    const failure = await failureOf(visitForm('ada@example.org', 'x')(`${url}/oauth2/authorize`));

    expect(failure).toContain('ada@example.org cannot sign in');
    expect(failure).toContain(expected);
  });
});
