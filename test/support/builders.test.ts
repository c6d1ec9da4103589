import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readEnvelope } from '#lib/messages/envelope.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { readPayload } from '#lib/messages/payloads.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { isTerminal, STATUSES } from '#lib/messages/transitions.ts';
import { aMessage, anEnvelope, aPush, restartIds } from './builders.ts';
import { httpEvent, lambdaContext, sqsEvent } from './events.ts';
import { capturingLog } from './log.ts';

describe('aMessage', () => {
  it.each(STATUSES)(
    'creates a %s message that is valid for the schema and for its status',
    (status) => {
      const message = aMessage({ status });

      expect(z.safeParse(MessageSchema, message).error).toBeUndefined();
      expect('next_due_at' in message).toBe(!isTerminal(status));
      expect('due_bucket' in message).toBe(!isTerminal(status));
      expect('ttl' in message).toBe(isTerminal(status));
      expect('claimed_by' in message).toBe(status === 'processing');
    },
  );

  it.each(MESSAGE_TYPES)('creates a %s with a payload that is valid for the type', (type) => {
    const { payload } = aMessage({ message_type: type });

    expect(() => readPayload(type, payload)).not.toThrow();
  });

  it('creates unique ids, and the same ids again after restartIds', () => {
    restartIds();
    const first = [aMessage().id, aMessage().id];
    restartIds();

    expect(new Set(first).size).toBe(2);
    expect([aMessage().id, aMessage().id]).toEqual(first);
  });

  it('accepts any field as an override', () => {
    expect(aMessage({ strikes: 7, correlation_id: 'mine' })).toMatchObject({
      strikes: 7,
      correlation_id: 'mine',
    });
  });
});

describe('anEnvelope and aPush', () => {
  it('are valid for a consumer and for a channel', () => {
    const message = aMessage();

    expect(readEnvelope(JSON.stringify(anEnvelope(message)))?.message.id).toBe(message.id);
    expect(aPush({ priority: 5 })).toMatchObject({ message: 'Water the plants', priority: 5 });
  });
});

describe('event builders', () => {
  it('a batch contains texts unchanged, objects as JSON, and overrides of its records', () => {
    const { Records } = sqsEvent(['raw', { a: 1 }, { body: 'x', messageId: 'm', receiveCount: 3 }]);

    expect(Records.map(({ body }) => body)).toEqual(['raw', '{"a":1}', 'x']);
    expect(Records.map(({ messageId }) => messageId)).toEqual(['record-1', 'record-2', 'm']);
    expect(Records[2]?.attributes.ApproximateReceiveCount).toBe('3');
  });

  it('a request has lower-case headers, both forms of the query, and bytes as base64', () => {
    const event = httpEvent({
      method: 'POST',
      path: '/api/messages',
      headers: { 'X-Correlation-Id': 'c' },
      query: { limit: '5', cursor: 'a b' },
      body: new Uint8Array([0xff]),
      userArn: 'arn:aws:iam::000000000000:user/deployer',
    });

    expect(event.headers).toMatchObject({ 'x-correlation-id': 'c' });
    expect(event.rawQueryString).toBe('limit=5&cursor=a+b');
    expect(event.queryStringParameters).toEqual({ limit: '5', cursor: 'a b' });
    expect([event.body, event.isBase64Encoded]).toEqual(['/w==', true]);
    expect(event.requestContext).toMatchObject({
      http: { method: 'POST', path: '/api/messages' },
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/deployer' } },
    });
  });

  it('the remaining time of a context follows the given clock and ends at zero', () => {
    let nowMs = 0;
    const context = lambdaContext({ remainingMs: 1_000, now: () => nowMs });

    nowMs = 400;
    const left = context.getRemainingTimeInMillis();
    nowMs = 5_000;

    expect([left, context.getRemainingTimeInMillis()]).toEqual([600, 0]);
  });
});

describe('capturingLog', () => {
  it('captures level, sentence and fields, with the fields of child loggers', () => {
    const log = capturingLog();

    log.child({ a: 1 }).child({ b: 2 }).warn({ c: 3 }, 'something is odd');
    log.info('started');

    expect(log.lines).toEqual([
      { level: 'warn', message: 'something is odd', fields: { a: 1, b: 2, c: 3 } },
      { level: 'info', message: 'started', fields: {} },
    ]);
    expect(log.at('error')).toEqual([]);
  });
});
