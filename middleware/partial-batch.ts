import type middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { CorrelationContext } from './correlation-id.ts';

export interface PartialBatchOptions {
  /**
   * What to do with a batch that could not start because something is unavailable. A message has a row, and the sweeper
   * wakes it again, so the batch is acknowledged. A fire has no row yet: use `report` for the queue `fires`.
   */
  onUnavailable?: 'acknowledge' | 'report';
}

type Request = middy.Request<SQSEvent, unknown, Error, CorrelationContext>;

const noFailures = (): SQSBatchResponse => ({ batchItemFailures: [] });

/**
 * Converts the settled results of a batch, one per record and in order, to the list of records that SQS delivers again.
 * An error of the pipeline reports every record; see `onUnavailable` for the exception. Logs codes and ids, never a record.
 */
export const partialBatch = ({
  onUnavailable = 'acknowledge',
}: PartialBatchOptions = {}): middy.MiddlewareObj<
  SQSEvent,
  unknown,
  Error,
  CorrelationContext
> => ({
  after: async (request: Request) => {
    const logger = (reason: unknown, record: SQSRecord) =>
      request.context.log.error(
        { record_id: record.messageId, ...codeOf(reason) },
        'record failed',
      );
    await sqsPartialBatchFailure({ logger }).after?.(request);
  },

  onError: async (request: Request) => {
    const { context, error, event } = request;
    const acknowledged = onUnavailable === 'acknowledge' && codeOf(error).kind === 'unavailable';
    context.log.error(
      { err: error, record_ids: event.Records.map(({ messageId }) => messageId), acknowledged },
      'batch not started',
    );
    if (acknowledged) request.response = noFailures();
    else await sqsPartialBatchFailure({ logger: () => {} }).onError?.(request);
  },
});

/** Without the message of the error, which may contain text of the record. */
const codeOf = (reason: unknown): { code: string; kind?: string; name?: string } => {
  if (reason instanceof AppError) return { code: reason.code, kind: reason.kind };
  return { code: 'INTERNAL', ...(reason instanceof Error ? { name: reason.name } : {}) };
};
