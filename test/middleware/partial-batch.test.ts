import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { AppError, type ErrorKind } from '#lib/platform/errors.ts';
import { log } from '#lib/platform/log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { type PartialBatchOptions, partialBatch } from '#middleware/partial-batch.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';

const lines: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);

const run = async (
  work: (event: SQSEvent) => unknown,
  {
    event = sqsEvent(['a', 'b', 'c']),
    ...options
  }: PartialBatchOptions & { event?: SQSEvent } = {},
) => {
  lines.length = 0;
  const handler = middy<SQSEvent>()
    .use(correlationId({ log }))
    .use(partialBatch(options))
    .handler(async (event) => work(event));
  return invoke(handler, event);
};

const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
const done: PromiseSettledResult<void> = { status: 'fulfilled', value: undefined };
const broken = (reason: unknown): PromiseSettledResult<void> => ({ status: 'rejected', reason });

const KINDS: ErrorKind[] = ['invalid', 'unauthorized', 'not-found', 'conflict', 'unavailable'];

describe('partialBatch', () => {
  it('reports the failed records and no others', async () => {
    const answer = await run(() => [done, broken(new Error('no')), done]);

    expect(answer).toEqual(failed('record-2'));
  });

  it('reports exactly the failed records of any batch, by the ids of the event (F10, F12)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 10 }), async (results) => {
        const event = sqsEvent(results.map((_, n) => `body ${n}`));
        const answer = await run(() => results.map((ok) => (ok ? done : broken('x'))), { event });

        expect(answer).toEqual(
          failed(...results.flatMap((ok, n) => (ok ? [] : [`record-${n + 1}`]))),
        );
      }),
    );
  });

  it('logs the code and the id of a failed record, and no part of its content (F66)', async () => {
    const event = sqsEvent(['canary-body-5521']);
    const reason = new AppError('invalid', 'UNREADABLE_BODY', 'canary-message-8812', {
      cause: new Error('canary-cause-3313'),
    });

    await run(() => [broken(reason)], { event });

    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      record_id: 'record-1',
      code: 'UNREADABLE_BODY',
      kind: 'invalid',
      correlation_id: 'aws-request-1',
    });
    expect(lines.join()).not.toMatch(/canary/);
  });

  it.each([
    ...KINDS.map((kind) => ({
      error: new AppError(kind, 'HTTP_5XX', kind) as Error,
      expected: kind === 'unavailable' ? failed() : failed('record-1', 'record-2', 'record-3'),
    })),
    { error: new Error('a bug'), expected: failed('record-1', 'record-2', 'record-3') },
  ])(
    'returns the right response when the pipeline fails with $error.message',
    async ({ error, expected }) => {
      const answer = await run(() => Promise.reject(error));

      expect(answer).toEqual(expected);
      expect(lines).toHaveLength(1);
    },
  );

  it('reports the whole batch with onUnavailable: report', async () => {
    const down = new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'down');

    const answer = await run(() => Promise.reject(down), { onUnavailable: 'report' });

    expect(answer).toEqual(failed('record-1', 'record-2', 'record-3'));
  });

  it('reports all records when results are missing', async () => {
    const answer = await run(() => [done]);

    expect(answer).toEqual(failed('record-1', 'record-2', 'record-3'));
  });

  it('logs no body when another middleware fails', async () => {
    const event = sqsEvent(['canary-body-9917']);

    await run(() => Promise.reject(new Error('a bug')), { event });

    expect(lines.join()).not.toContain('canary-body-9917');
  });
});
