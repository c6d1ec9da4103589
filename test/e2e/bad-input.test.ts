import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { nameOf } from '#scripts/local/clients.ts';
import { ALIAS } from '#scripts/local/code.ts';
import { httpEvent } from '#test/support/events.ts';
import type { Caller } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';

const manual = (extra: object = {}, payload: object = {}) => ({
  message_type: 'manual',
  payload: { message: 'hello', ...payload },
  ...extra,
});
const withText = (inside: string) =>
  `{"message_type":"manual","payload":{"message":"x"},${inside}}`;
const payloadText = (inside: string) => `{"message_type":"manual","payload":{${inside}}}`;
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const notUtf8 = Buffer.concat([
  Buffer.from('{"message_type":"manual","payload":{"message":"'),
  Buffer.from([0xc3, 0x28]),
  Buffer.from('"}}'),
]);

const BAD = [
  { what: 'an unknown field', body: manual({ colour: 'red' }), path: 'colour' },
  { what: 'an unknown field of the payload', body: manual({}, { b: 1 }), path: 'payload.b' },
  { what: 'a wrong type', body: manual({}, { message: 7 }), path: 'payload.message' },
  { what: 'no payload', body: { message_type: 'manual' }, path: 'payload' },
  { what: 'too long a title', body: manual({}, { title: 'x'.repeat(251) }), path: 'payload.title' },
  {
    what: 'too large a payload, in bytes',
    body: manual({}, { message: 'ä'.repeat(33_000) }),
    path: 'payload',
  },
  {
    what: 'too deep a nesting',
    body: manual({ arguments: { a: nested(19) } }),
    path: `arguments.a${'.0'.repeat(18)}`,
  },
  {
    what: 'a nesting that would end a recursion',
    body: withText(`"arguments":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    path: `arguments.a${'.0'.repeat(18)}`,
  },
  {
    what: 'a lone surrogate',
    body: payloadText(String.raw`"message":"\ud83d"`),
    path: 'payload.message',
  },
  { what: '__proto__', body: withText('"__proto__":{"admin":true}'), path: '__proto__' },
  {
    what: 'a key given twice',
    body: payloadText('"message":"x","message":"y"'),
    path: 'payload.message',
  },
  {
    what: 'a number beyond all numbers',
    body: withText('"arguments":{"n":1e400}'),
    path: 'arguments.n',
  },
  { what: 'the stage of another deployment', body: manual({ stage: 'prod' }), path: 'stage' },
  { what: 'an unknown type', body: manual({ message_type: 'fax' }), path: 'message_type' },
  {
    what: 'a type without a consumer',
    body: manual({ message_type: 'web_action' }),
    path: 'message_type',
  },
  {
    what: 'the payload of another type',
    body: manual({}, { click: 'https://a.example' }),
    path: 'payload.click',
  },
  { what: 'a future version', body: manual({ version: '2.0' }), path: 'version' },
  { what: 'a field of the system', body: manual({ status: 'completed' }), path: 'status' },
  { what: 'half of JSON', body: '{"message_type":', path: '' },
  { what: 'JSON that is no object', body: '[]', path: '' },
] as const;

describe('bad input, through the gateway', () => {
  let scene: Scene;
  let caller: Caller;
  let since: string;

  beforeAll(async () => {
    scene = await openScene();
    caller = await scene.signedIn('operator');
    since = new Date().toISOString();
  });

  afterAll(() => scene.close());

  const send = async (body: unknown, contentType = 'application/json') => {
    const answer = await fetch(`${inject('platform').apiUrl}/api/messages`, {
      method: 'POST',
      headers: { 'Content-Type': contentType, ...caller.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const { error } = JSON.parse(text) as {
      error?: { code: string; message: string; details?: { path: string; problem: string }[] };
    };
    return { status: answer.status, error, text };
  };

  /** Rows created since this file began; the index is the base of the list, so nothing hides. */
  const newRows = async () => {
    const { body } = await scene.api<{ data: { id: string; created_by: string }[] }>(
      `/api/messages?${new URLSearchParams({ created_after: since, created_by: caller.name, limit: '100' })}`,
    );
    return body.data;
  };

  it.each(BAD)('is a 400 that names $path for $what, and leaves no row', async ({ body, path }) => {
    const { status, error } = await send(body);

    expect(status).toBe(400);
    expect(error?.code).toBe('VALIDATION_ERROR');
    expect(error?.details?.map((detail) => detail.path)).toContain(path);
    expect(error?.details?.every(({ problem }) => problem.length > 0)).toBe(true);
    expect(await newRows()).toEqual([]);
  });

  it.each([
    {
      what: 'another content type',
      body: JSON.stringify(manual()),
      type: 'text/plain',
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    },
    {
      what: '256 KB and one byte',
      body: 'x'.repeat(256 * 1024 + 1),
      type: 'application/json',
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    { what: 'no body', body: '', type: 'application/json', status: 400, code: 'VALIDATION_ERROR' },
  ])('is a $status for $what, and leaves no row', async ({ body, type, status, code }) => {
    const answer = await send(body, type);

    expect(answer).toMatchObject({ status, error: { code } });
    expect(await newRows()).toEqual([]);
  });

  it('is a 400 for bytes that are not UTF-8 in a base64 body, and leaves no row', async () => {
    // The local gateway mends such bytes before the function sees them, so the function is called as the gateway does.
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

  it('leaves the API as it was: the next good post passes, and is the only row', async () => {
    const { status } = await send(manual());

    expect(status).toBe(201);
    expect(await newRows()).toHaveLength(1);
  });
});
