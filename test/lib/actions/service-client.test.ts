import { describe, expect, it } from 'vitest';
import { serviceClient } from '#lib/actions/service-client.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { httpServer } from '#test/lib/http/loopback.ts';

describe('a request with headers of each try', () => {
  it('has new ones when it is sent again, and they replace no other header', async () => {
    const received: unknown[] = [];
    const { origin } = await httpServer(({ headers }, response) => {
      received.push([headers['x-requestid'], headers.authorization]);
      response.writeHead(received.length < 3 ? 503 : 200).end();
    });
    const send = serviceClient({
      breakerOf: () => ({ guard: (tryOnce) => tryOnce({}) }),
      clock: { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) },
      retries: 2,
      timeoutMs: 600_000,
      localOrigins: [origin],
    });
    let tries = 0;

    await send(
      { name: 'cps-east', origin },
      {
        method: 'GET',
        path: '/',
        headers: { authorization: 'Bearer x' },
        headersOfTry: () => {
          tries += 1;
          return { 'x-requestid': `${tries}`, authorization: 'replaced' };
        },
        repeatable: true,
        expects: 'any',
      },
      {
        deadlineMs: Date.now() + 1_200_000,
        signal: new AbortController().signal,
        correlationId: 'run',
      },
    );

    expect(received).toEqual(['1', '2', '3'].map((id) => [id, 'Bearer x']));
  });
});
