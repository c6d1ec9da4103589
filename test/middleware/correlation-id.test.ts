import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { correlationId } from '#middleware/correlation-id.ts';
import { httpEvent, lambdaContext, sqsEvent } from '#test/support/events.ts';

const idOf = (event: unknown) =>
  middy<unknown, string>()
    .use(correlationId())
    .handler(async (_event, context) => context.correlationId)(event, lambdaContext() as never);

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
  ])('makes of the header $offered the id $expected', async ({ offered, expected }) => {
    expect(await idOf(httpEvent({ headers: { 'X-Correlation-ID': offered } }))).toBe(expected);
  });

  it.each([{ event: sqsEvent(['a']) }, { event: {} }, { event: undefined }, { event: null }])(
    'starts from the request id where there are no headers: $event',
    async ({ event }) => {
      expect(await idOf(event)).toBe('aws-request-1');
    },
  );

  it('leaves an answer alone that is not one of HTTP', async () => {
    const handler = middy<unknown, unknown>()
      .use(correlationId())
      .handler(async () => ({ batchItemFailures: [] }));

    expect(await handler({}, lambdaContext() as never)).toEqual({ batchItemFailures: [] });
  });
});
