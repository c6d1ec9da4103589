import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { commitCall } from '#lib/actions/commit-call.ts';
import type { Exchange } from '#lib/actions/service-calls.ts';
import type { Authentication } from '#lib/credentials/authentication.ts';
import { usedCredentials } from '#lib/credentials/used-credentials.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { httpServer } from '#test/lib/http/loopback.ts';

const TOKEN: Authentication = { type: 'bearer', secret: 'http/lamp' };
const SECRET = 'canary-token';
const REQUEST = {
  method: 'POST',
  path: '/reserve?key=canary',
  body: '{}',
  authentication: TOKEN,
  repeatable: false,
  expects: 'json',
} as const;
const JSON_TYPE = { 'content-type': 'application/json' };

/** A call to a server on the loopback address. `authorizedBy` says whether an earlier call used the credentials. */
const callTo = async (
  listener: RequestListener,
  { isCached = false, isAuthorized = true, timeoutMs = 5_000, at = '' } = {},
) => {
  let received = 0;
  const server = await httpServer((request, response) => {
    received += 1;
    listener(request, response);
  });
  const origin = at || server.origin;
  const exchanges: Exchange[] = [];
  const verdicts: Verdict[] = [];
  const dropped: string[] = [];
  let authorized = 0;
  const service = { name: 'lamp', origin, link: 'https://lamp.example/book' };
  const scope = {
    deadlineMs: Date.now() + 60_000,
    signal: new AbortController().signal,
    correlationId: 'run-1',
  };
  const credentials = usedCredentials({
    authorize: async () => {
      authorized += 1;
      return { headers: { Authorization: `Bearer ${SECRET}` }, isCached, claims: { acct: '7' } };
    },
    drop: ({ name }) => void dropped.push(name),
  });
  if (isAuthorized) await credentials.authorize(service, TOKEN, scope);
  const { send, claims } = commitCall({
    clock: systemClock,
    timeoutMs,
    localOrigins: [origin],
    credentials,
    scope,
    onExchange: (exchange) => void exchanges.push(exchange),
    onVerdict: (verdict) => void verdicts.push(verdict),
  });
  return {
    service,
    send: () => send(service, REQUEST),
    claims: () => claims(service, TOKEN),
    exchanges,
    verdicts,
    dropped,
    received: () => received,
    authorized: () => authorized,
  };
};

const answering =
  (status: number, body: string, headers: Record<string, string> = JSON_TYPE): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

describe('the call of a commit', () => {
  it('sends one request with the token and the claims that were used before', async () => {
    let seen: unknown;
    const call = await callTo(({ headers }, response) => {
      seen = [headers.authorization, headers['x-correlation-id']];
      response.writeHead(200, JSON_TYPE).end(`{"sent":"${SECRET}"}`);
    });

    const response = await call.send();

    expect(seen).toEqual([`Bearer ${SECRET}`, 'run-1']);
    expect(response).toMatchObject({ status: 200, body: '{"sent":"[redacted]"}' });
    expect(await call.claims()).toEqual({ acct: '7' });
    expect([call.received(), call.authorized()]).toEqual([1, 1]);
    expect(call.verdicts).toEqual(['success']);
    const url = `${call.service.origin}/reserve`;
    expect(call.exchanges).toEqual([{ url }, { url, status: 200, body: '{"sent":"[redacted]"}' }]);
  });

  it('sends nothing when no call of the run had a token', async () => {
    const call = await callTo(answering(200, '{}'), { isAuthorized: false });

    await expect(call.send()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED', sent: false });

    expect([call.received(), call.authorized()]).toEqual([0, 0]);
    expect(call.verdicts).toEqual([]);
  });

  it.each([
    { status: 500, body: '{}', ends: 'unavailable HTTP_5XX true', verdict: 'failure' },
    { status: 408, body: '{}', ends: 'unavailable HTTP_5XX true', verdict: 'neutral' },
    { status: 408, body: '<html>', ends: 'unavailable HTTP_5XX true', verdict: 'neutral' },
    { status: 403, body: '{}', ends: 'unavailable CREDENTIALS_REFUSED', verdict: 'credentials' },
    { status: 401, body: '{}', ends: 'unavailable CREDENTIALS_REFUSED', verdict: 'credentials' },
    { status: 403, body: '<html>', ends: 'invalid BLOCKED_BY_PROVIDER', verdict: 'blocked' },
    {
      status: 200,
      body: 'x'.repeat(2 * 1024 * 1024),
      ends: 'unavailable RESPONSE_TOO_LARGE true',
      verdict: 'neutral',
    },
  ])('is not repeated and ends as $ends after $status', async ({ status, body, ends, verdict }) => {
    const call = await callTo(answering(status, body));

    const error = await call.send().catch((thrown: unknown) => thrown);

    const { kind, code, sent } = error as { kind: string; code: string; sent?: boolean };
    expect([kind, code, sent].filter((one) => one !== undefined).join(' ')).toBe(ends);
    expect(call.received()).toBe(1);
    expect(call.verdicts).toEqual([verdict]);
  });

  it.each([200, 302, 400, 404, 409, 429])('returns a response with %i', async (status) => {
    const call = await callTo(answering(status, '{"error":"no"}'));

    expect(await call.send()).toMatchObject({ status, body: '{"error":"no"}' });
  });

  it('returns a page with 200, because the service may have carried the call out', async () => {
    const page = '<!doctype html><html>Maintenance';
    const call = await callTo(answering(200, page, { 'content-type': 'text/html' }));

    expect(await call.send()).toMatchObject({ status: 200, body: page });
  });

  it('forgets a cached token after a 401, and holds nothing against the service', async () => {
    const call = await callTo(answering(401, '{}'), { isCached: true });

    await expect(call.send()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    await expect(call.send()).rejects.toMatchObject({ sent: false });

    expect(call.dropped).toEqual(['lamp']);
    expect(call.verdicts).toEqual(['neutral']);
    expect(call.received()).toBe(1);
  });

  it.each([
    { what: 'no response', listener: () => {}, code: 'HTTP_TIMEOUT' },
    {
      what: 'a connection that closes',
      listener: ((_, response) => void response.socket?.destroy()) satisfies RequestListener,
      code: 'HTTP_CONNECTION',
    },
  ])('does not know the outcome after $what', async ({ listener, code }) => {
    const call = await callTo(listener, { timeoutMs: 500 });

    await expect(call.send()).rejects.toMatchObject({ kind: 'unavailable', code, sent: true });

    expect(call.received()).toBe(1);
    expect(call.verdicts).toEqual(['failure']);
  });

  it('says that nothing was sent when nobody listens', async () => {
    // Nothing listens on port 1.
    const call = await callTo(answering(200, '{}'), { at: 'http://127.0.0.1:1' });

    await expect(call.send()).rejects.toMatchObject({ code: 'HTTP_CONNECTION', sent: false });

    expect(call.received()).toBe(0);
  });
});
