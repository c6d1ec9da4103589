import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { nameOf } from '#scripts/local/clients.ts';
import { ALIAS } from '#scripts/local/code.ts';
import { type BadRequest, badRequests } from '#test/support/bad-input.ts';
import { httpEvent } from '#test/support/events.ts';
import type { Caller } from './support/people.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

/** Simultaneous requests. */
const AT_ONCE = 6;

/** One request of every kind for each operation. Unit tests send all of them to the function without a gateway. */
const sample = (): BadRequest[] => {
  const kindOf = ({ operation, status, code, kind }: BadRequest) =>
    [operation, status, code, kind.replace(/ (?:that is|in) .*/, '')].join();
  return [...Map.groupBy(badRequests(), kindOf).values()].flatMap(([first]) => first ?? []);
};
const requests = Map.groupBy(sample(), ({ operation }) => operation);

/** A key belongs to one request. Requests that use it at the same time would be refused for that. */
const ownKey = (headers: BadRequest['headers']): Record<string, string> =>
  'idempotency-key' in headers ? { 'idempotency-key': randomUUID() } : {};

const notUtf8 = Buffer.concat([
  Buffer.from('{"message_type":"manual","payload":{"message":"'),
  Buffer.from([0xc3, 0x28]),
  Buffer.from('"}}'),
]);

describe('bad input, through the gateway', () => {
  let scene: Scene;
  let caller: Caller;
  let since: string;

  beforeAll(async () => {
    scene = await openScene();
    caller = await scene.signedIn('admin');
    since = new Date().toISOString();
  });

  afterAll(() => scene.close());

  /** Sent unchanged: `fetch` would normalize the path and refuse the method. */
  const send = async ({ method, path, rawQuery, headers, body }: BadRequest) => {
    const base = new URL(inject('platform').apiUrl);
    const options = {
      method,
      hostname: base.hostname,
      port: base.port,
      path: `${path}${rawQuery === '' ? '' : `?${rawQuery}`}`,
      headers: { ...caller.headers, ...headers, ...ownKey(headers) },
    };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      request(options, async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      })
        .on('error', reject)
        .end(body);
    });
  };

  /** The difference between the response and the expected one, if there is one. The response to HEAD has no body. */
  const faultOf = async (bad: BadRequest): Promise<string | undefined> => {
    const { status, text } = await send(bad);
    const { error } = (text === '' ? {} : JSON.parse(text)) as { error?: { code: string } };
    const code = bad.method === 'HEAD' ? bad.code : error?.code;
    if (status === bad.status && code === bad.code) return undefined;
    return `${bad.method} ${bad.path}?${bad.rawQuery}, ${bad.kind}: ${status} ${text.slice(0, 200)}`;
  };

  /** The rows that were created since this file started, from the list without other filters. */
  const newRows = async () => {
    const { body } = await scene.api<{ data: { id: string; created_by: string }[] }>(
      `/api/messages?${new URLSearchParams({ created_after: since, created_by: caller.name, limit: '100' })}`,
    );
    return body.data;
  };

  it.each([...requests])(
    'is refused by %s with the status and code of the contract, and creates no row',
    async (_, all) => {
      const waiting = [...all];
      const faults: (string | undefined)[] = [];
      const one = async () => {
        for (let bad = waiting.shift(); bad; bad = waiting.shift()) faults.push(await faultOf(bad));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));

      expect(faults).toHaveLength(all.length);
      expect(faults.filter(Boolean)).toEqual([]);
      expect(await newRows()).toEqual([]);
    },
  );

  it('with bytes that are not UTF-8 in a base64 body gets 400 and creates no row', async () => {
    // The local gateway replaces such bytes before the function gets them, so the function is called with the
    // gateway's event.
    const event = httpEvent({
      method: 'POST',
      path: '/api/messages',
      body: notUtf8,
      headers: caller.headers,
    });
    const { Payload } = await scene.clients.lambda.send(
      new InvokeCommand({
        FunctionName: nameOf('web-api'),
        Qualifier: ALIAS,
        Payload: JSON.stringify(event),
      }),
    );

    const { statusCode, body } = JSON.parse(Payload?.transformToString() ?? '{}');
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
    expect(await newRows()).toEqual([]);
  });

  it('does not disturb the API: the next valid POST succeeds and creates the only row', async () => {
    const correlation_id = newRun('good');
    const { status } = await scene.api('/api/messages', {
      message_type: 'manual',
      correlation_id,
      payload: { message: 'hello' },
    });

    expect(status).toBe(201);
    expect(await newRows()).toHaveLength(1);
    // Its push must not arrive during the next file.
    await scene.completed(correlation_id, 2);
  });
});
