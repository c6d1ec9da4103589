import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { checkRow, readWakeUp } from './checks.ts';
import { childOf } from './child.ts';
import { counters } from './counters.ts';
import { tell } from './line.ts';
import { put, type Row, wake } from './produce.ts';
import { change, daysFrom, iso, MESSAGES_TABLE, store } from './store.ts';

const ACCEPTED = ['hello_world', 'manual', 'scheduled'];
const LEASE_MARGIN_MS = 30_000;
const ENDING_MS = 5_000;

interface Batch {
  invocation: string;
  killedAtMs: number;
  timeoutMs: number;
  counted: ReturnType<typeof counters>;
}

type Suspect = () => Promise<void>;

/** A message's row, as far as it is read here. */
interface Message extends Row {
  version: string;
  status: string;
  payload: Record<string, unknown>;
  hop_count: number;
  attempt: number;
  strikes: number;
  valid_until: string;
  claimed_by: string;
  lease_until: string;
  processing_started_at: string;
}

/**
 * What the function processor does with a message that becomes a push, call by call: the same conditions, bounds, checks,
 * counters and log line, and no framework, schema or logger.
 */
export const handler = async (
  { Records }: SQSEvent,
  { awsRequestId, getRemainingTimeInMillis }: Context,
): Promise<SQSBatchResponse> => {
  const timeoutMs = getRemainingTimeInMillis();
  const batch = {
    invocation: awsRequestId,
    killedAtMs: Date.now() + timeoutMs,
    timeoutMs,
    counted: counters(),
  };
  const settled = await Promise.allSettled(Records.map((record) => one(record, batch)));
  const failed = [];
  for (const [at, result] of settled.entries()) {
    const suspect = result.status === 'fulfilled' ? result.value : undefined;
    const [end = result] = suspect === undefined ? [] : await Promise.allSettled([suspect()]);
    if (end.status === 'rejected') failed.push({ itemIdentifier: Records[at]?.messageId ?? '' });
  }
  await batch.counted.flush();
  return { batchItemFailures: failed };
};

/** @returns what is to run alone, because its message may have killed a function */
const one = async ({ body, messageId }: SQSRecord, batch: Batch): Promise<Suspect | undefined> => {
  const { id, message_type } = readWakeUp(body);
  if (!ACCEPTED.includes(message_type)) throw new Error('no message of that type is run here');
  const { Item: found } = await store.send(
    new GetCommand({ TableName: MESSAGES_TABLE, Key: { id }, ConsistentRead: true }),
  );
  if (!found) return undefined;
  checkRow(found);
  const message = found as Message;
  if (!ACCEPTED.includes(message.message_type)) throw new Error('no such message is run here');
  if (message.status === 'completed' || message.status === 'failed') return undefined;
  if (Date.parse(message.valid_until) <= Date.now() || message.strikes >= 8) return undefined;
  const start = () => claimed(message, messageId, batch);
  if (message.strikes > 0) return start;
  await start();
  return undefined;
};

const claimed = async ({ id }: Message, messageId: string, batch: Batch) => {
  const { invocation, killedAtMs, timeoutMs } = batch;
  const startMs = Date.now();
  if (killedAtMs - startMs < timeoutMs / 3) return;
  const { Attributes = {} } = await change(id, {
    update:
      'SET #status = :processing, claimed_by = :by, lease_until = :until, next_due_at = :until, due_bucket = :due, processing_started_at = :now, updated_date = :now ADD attempt :one, strikes :one REMOVE not_before',
    condition:
      'strikes < :eight AND (#status IN (:created, :queued) AND (attribute_not_exists(not_before) OR not_before <= :now) OR #status IN (:processing) AND lease_until < :now)',
    values: {
      ':processing': 'processing',
      ':created': 'created',
      ':queued': 'queued',
      ':by': `${invocation}/${messageId}`,
      ':until': iso(startMs + timeoutMs + LEASE_MARGIN_MS),
      ':due': 'due',
      ':now': iso(startMs),
      ':one': 1,
      ':eight': 8,
    },
    returned: 'ALL_NEW',
  });
  checkRow(Attributes);
  const message = Attributes as Message;
  if (message.version.split('.')[0] !== '1') throw new Error('the version is not understood');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const deadlineMs = killedAtMs - Math.min(ENDING_MS, timeoutMs / 6);
    timer = setTimeout(() => reject(new Error('too late')), deadlineMs - Date.now());
  });
  try {
    await Promise.race([run(message, startMs, batch), late]);
  } finally {
    clearTimeout(timer);
  }
};

const run = async (message: Message, startMs: number, { counted }: Batch) => {
  const child = childOf(message);
  if (Date.now() >= Date.parse(message.lease_until)) throw new Error('the claim is lost');
  await put(child);
  counted.created(child.message_type, child.created_date);
  await wake(child, 'processor', process.env.NOTIFICATIONS_TOPIC_ARN);
  const endedMs = Date.now();
  await change(message.id, {
    update:
      'SET #status = :completed, processing_completed_at = :now, updated_date = :now, #ttl = :ttl REMOVE claimed_by, lease_until, next_due_at, due_bucket, not_before, error_code, error_message',
    condition: '#status = :processing AND claimed_by = :by AND attempt = :attempt',
    values: {
      ':completed': 'completed',
      ':processing': 'processing',
      ':by': message.claimed_by,
      ':attempt': message.attempt,
      ':now': iso(endedMs),
      ':ttl': daysFrom(endedMs, 7),
    },
  });
  counted.completed(
    message.message_type,
    message.created_date,
    endedMs - Date.parse(message.processing_started_at),
  );
  const { id, message_type, correlation_id, attempt } = message;
  const tookMs = Date.now() - startMs;
  tell(
    'message completed',
    { correlation_id, message_id: id, message_type, attempt, duration_ms: tookMs },
    { MessagesProcessed: 1, ProcessingDuration: tookMs },
  );
};
