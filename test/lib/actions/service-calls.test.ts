import { describe, expect, it } from 'vitest';
import { type Exchange, serviceCalls } from '#lib/actions/service-calls.ts';
import type { HttpResponse } from '#lib/http/response.ts';

const basicOf = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const SERVICE = { name: 'http-lamp', origin: 'https://lamp.example' };

describe('a call of a service', () => {
  it.each([
    { header: 'Authorization', value: 'Bearer canary-1', sentBack: 'Bearer canary-1' },
    { header: 'Authorization', value: 'Basic Y2FuYXJ5', sentBack: 'Y2FuYXJ5' },
    { header: 'Authorization', value: basicOf('ada', 'canary:5'), sentBack: 'canary:5' },
    { header: 'Authorization', value: basicOf('ada', 'canäry"6'), sentBack: 'canäry\\"6' },
    { header: 'X-API-Key', value: 'canary-3', sentBack: 'canary-3' },
    { header: 'Authorization', value: 'Bearer canary/4', sentBack: 'Bearer canary\\/4' },
  ])(
    'returns and records no secret that the service sends back: $value',
    async ({ header, value, sentBack }) => {
      const exchanges: Exchange[] = [];
      const response: HttpResponse = {
        status: 200,
        headers: {},
        body: `{"you_sent":"${sentBack}"}`,
      };
      const call = serviceCalls({
        send: async (_service, _request, { onResponse }) => {
          onResponse?.(response);
          return response;
        },
        credentials: {
          authorize: async () => ({ headers: { [header]: value }, isCached: false }),
          drop: () => {},
        },
        scope: {
          deadlineMs: Number.POSITIVE_INFINITY,
          signal: new AbortController().signal,
          correlationId: 'run-1',
        },
        onExchange: (exchange) => exchanges.push(exchange),
      });

      const returned = await call(SERVICE, {
        ...{ method: 'GET', path: '/', repeatable: true, expects: 'json' },
      });

      expect(returned.body).toMatch(/^\{"you_sent":"(Bearer )?\[redacted\]"\}$/);
      expect(exchanges.at(-1)).toMatchObject({ status: 200, body: returned.body });
      expect(JSON.stringify([returned, exchanges])).not.toContain(value.replace(/^\w+ /, ''));
    },
  );
});
