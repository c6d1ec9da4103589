import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ActionResult } from '#lib/actions/action-records.ts';
import { storable } from '#lib/data/storable.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { newMessageId, newScheduleId } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { type LocalClients, nameOf } from '#scripts/local/clients.ts';
import { aRow } from '#test/e2e/support/rows.ts';

/** Writes rows in bulk, past the API, and deletes them at the end. */
export interface Seed {
  messages: (rows: readonly Message[]) => Promise<void>;
  schedules: (rows: readonly Schedule[]) => Promise<void>;
  results: (rows: readonly ActionResult[]) => Promise<void>;
  clear: () => Promise<void>;
}

interface Written {
  table: string;
  id: string;
}

/** The limit of DynamoDB. */
const BATCH = 25;
const AT_ONCE = 8;

export const seedIn = ({ dynamodb }: Pick<LocalClients, 'dynamodb'>): Seed => {
  const client = DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const written: Written[] = [];

  const send = async (table: string, requests: readonly object[]) => {
    const batches = chunked(requests, BATCH);
    for (const some of chunked(batches, AT_ONCE)) {
      await Promise.all(
        some.map(async (batch) => {
          const RequestItems = { [nameOf(table)]: [...batch] };
          const { UnprocessedItems = {} } = await client.send(
            new BatchWriteCommand({ RequestItems }),
          );
          if (Object.keys(UnprocessedItems).length > 0) throw new Error('rows were not written');
        }),
      );
    }
  };
  const put = async (table: string, rows: readonly { id: string }[]) => {
    written.push(...rows.map(({ id }) => ({ table, id })));
    await send(
      table,
      rows.map((row) => ({ PutRequest: { Item: storable(row) } })),
    );
  };

  return {
    messages: (rows) => put('messages', rows),
    schedules: (rows) => put('schedules', rows),
    results: (rows) => put('web-action-results', rows),
    clear: async () => {
      const all = written.splice(0);
      for (const table of new Set(all.map((one) => one.table))) {
        const ids = all.filter((one) => one.table === table).map(({ id }) => id);
        await send(
          table,
          ids.map((id) => ({ DeleteRequest: { Key: { id } } })),
        );
      }
    },
  };
};

const chunked = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );

/** A message that ended, so that no consumer and no sweeper takes it. */
export const anEndedMessage = (atMs: number, overrides: Partial<Message> = {}): Message => {
  const {
    next_due_at: _,
    due_bucket: __,
    ...row
  } = aRow('manual', { message: 'Water the plants' });
  return {
    ...row,
    id: newMessageId(atMs),
    created_date: iso(atMs),
    updated_date: iso(atMs + 900),
    status: 'completed',
    attempt: 1,
    processing_started_at: iso(atMs + 100),
    processing_completed_at: iso(atMs + 900),
    result: { handled: true },
    ttl: Math.floor(Date.now() / 1_000) + 7 * 86_400,
    ...overrides,
  };
};

/** A message that failed. */
export const aFailedMessage = (atMs: number, overrides: Partial<Message> = {}): Message => {
  const { result: _, ...row } = anEndedMessage(atMs);
  return {
    ...row,
    status: 'failed',
    error_code: 'INVALID_PAYLOAD',
    error_message: 'the payload is not valid',
    ...overrides,
  };
};

/** A paused schedule, which EventBridge does not need to know. */
export const aPausedSchedule = (name: string, overrides: Partial<Schedule> = {}): Schedule => {
  const nowMs = Date.now();
  const at = iso(nowMs - 10 * MINUTE_MS);
  return {
    id: newScheduleId(nowMs),
    name,
    description: 'Written by a test',
    schedule_expression: 'cron(0 9 ? * MON-FRI *)',
    timezone: 'Europe/Berlin',
    target_type: 'scheduled',
    target: { message_type: 'manual', payload: { message: 'Tea time' } },
    overlap: 'skip',
    catch_up: 'latest',
    valid_for_seconds: 3_600,
    expect: { grace_seconds: 300, max_run_seconds: 900 },
    schedule_arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${name}`,
    status: 'paused',
    paused_reason: 'a test',
    revision: 1,
    timing_revision: 1,
    created_by: 'user:local',
    created_date: at,
    updated_date: at,
    timing_since: at,
    counted_from: at,
    settled_until: at,
    execution_count: 0,
    consecutive_failures: 0,
    health: 'new',
    ...overrides,
  };
};
