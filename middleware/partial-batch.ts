import type middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { CorrelationContext } from './correlation-id.ts';

export interface PartialBatchOptions {
  /**
   * What happens to a batch that never began because something is unavailable. Behind a message stands a row that is
   * due and will be woken again, so it is acknowledged; where no row stands yet (queue `fires`), report it.
   */
  onUnavailable?: 'acknowledge' | 'report';
}

type Request = middy.Request<SQSEvent, unknown, Error, CorrelationContext>;

const nothingFailed = (): SQSBatchResponse => ({ batchItemFailures: [] });

/**
 * Settled results of a batch, one per record and in order, become what SQS is to deliver again. An error of the
 * pipeline itself reports every record, except as `onUnavailable` says. Logs codes and ids, never a record.
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
    if (acknowledged) request.response = nothingFailed();
    else await sqsPartialBatchFailure({ logger: () => {} }).onError?.(request);
  },
});

/** The name of an error says enough here: its message may quote the record. */
const codeOf = (reason: unknown): { code: string; kind?: string; name?: string } => {
  if (reason instanceof AppError) return { code: reason.code, kind: reason.kind };
  return { code: 'INTERNAL', ...(reason instanceof Error ? { name: reason.name } : {}) };
};
