import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { log } from '#lib/platform/log.ts';
import { adoptCorrelation, correlationId } from '#middleware/correlation-id.ts';
import { httpEvent, sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { capturingLog } from '#test/support/log.ts';
import { startTraceDaemon } from '#test/support/trace-daemon.ts';

const idOf = (event: unknown) =>
  invoke(
    middy<unknown, string>()
      .use(correlationId({ log }))
      .handler(async (_event, context) => context.correlationId),
    event,
  );

describe('correlationId', () => {
  it.each([
    { offered: 'abc-123_X', expected: 'abc-123_X' },
    { offered: 'a'.repeat(64), expected: 'a'.repeat(64) },
    { offered: 'a'.repeat(65), expected: 'aws-request-1' },
    { offered: '', expected: 'aws-request-1' },
    { offered: 'a b', expected: 'aws-request-1' },
    { offered: 'a\nb', expected: 'aws-request-1' },
    { offered: 'a"}', expected: 'aws-request-1' },
    { offered: 'abc\n', expected: 'aws-request-1' },
  ])('uses for the header $offered the id $expected', async ({ offered, expected }) => {
    expect(await idOf(httpEvent({ headers: { 'X-Correlation-ID': offered } }))).toBe(expected);
  });

  it.each([{ event: sqsEvent(['a']) }, { event: {} }, { event: undefined }, { event: null }])(
    'starts from the request id where there are no headers: $event',
    async ({ event }) => {
      expect(await idOf(event)).toBe('aws-request-1');
    },
  );

  it('annotates the trace of a request with the id, also when it fails', async () => {
    const daemon = await startTraceDaemon();
    const handler = middy<unknown, unknown>()
      .use(correlationId({ log }))
      .onError((request) => {
        request.response = { statusCode: 500 };
      })
      .handler(async (_event, { correlationId: id }) => {
        if (id === 'bad') throw new Error('broken');
        return { statusCode: 204 };
      });

    await invoke(handler, httpEvent({ headers: { 'X-Correlation-ID': 'good' } }));
    await invoke(handler, httpEvent({ headers: { 'X-Correlation-ID': 'bad' } }));

    await expect.poll(daemon.correlationIds).toEqual(['good', 'bad']);
    daemon.stop();
  });

  it('does not change a result that is not an HTTP response', async () => {
    const handler = middy<unknown, unknown>()
      .use(correlationId({ log }))
      .handler(async () => ({ batchItemFailures: [] }));

    expect(await invoke(handler, {})).toEqual({ batchItemFailures: [] });
  });
});

describe('adoptCorrelation', () => {
  it.each([
    { says: 'a well-formed id', message: { correlation_id: 'run-7' }, expected: 'run-7' },
    { says: 'a malformed id', message: { correlation_id: 'a b' }, expected: 'aws-request-1' },
    { says: 'a number', message: { correlation_id: 7 }, expected: 'aws-request-1' },
    { says: 'no id', message: {}, expected: 'aws-request-1' },
    { says: 'no message', message: undefined, expected: 'aws-request-1' },
    { says: 'null', message: null, expected: 'aws-request-1' },
  ])('uses for $says in the message the id $expected, in each log line', async (example) => {
    const log = capturingLog();
    const handler = middy<unknown, string>()
      .use(correlationId({ log }))
      .use(adoptCorrelation(() => example.message))
      .handler(async (_event, context) => {
        context.log.info({}, 'said');
        return context.correlationId;
      });

    expect(await invoke(handler, {})).toBe(example.expected);
    expect(log.lines[0]?.fields).toEqual({ correlation_id: example.expected });
  });
});
