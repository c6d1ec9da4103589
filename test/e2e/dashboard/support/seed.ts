import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ActionResult } from '#lib/actions/action-records.ts';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { storable } from '#lib/data/storable.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { newMessageId, newScheduleId } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { type LocalClients, nameOf } from '#scripts/local/clients.ts';
import { aRow } from '#test/e2e/support/rows.ts';
import { anApproval } from '#test/support/approvals.ts';
import { anEffect } from '#test/support/effects.ts';

/** Writes rows in bulk, past the API, and deletes them at the end. */
export interface Seed {
  messages: (rows: readonly Message[]) => Promise<void>;
  schedules: (rows: readonly Schedule[]) => Promise<void>;
  results: (rows: readonly ActionResult[]) => Promise<void>;
  approvals: (rows: readonly Approval[]) => Promise<void>;
  effects: (rows: readonly Effect[]) => Promise<void>;
  clear: () => Promise<void>;
}

interface Written {
  table: string;
  key: Readonly<Record<string, string>>;
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
  const put = async <Row extends object>(
    table: string,
    rows: readonly Row[],
    keyOf: (row: Row) => Written['key'],
  ) => {
    written.push(...rows.map((row) => ({ table, key: keyOf(row) })));
    await send(
      table,
      rows.map((row) => ({ PutRequest: { Item: storable(row) } })),
    );
  };

  return {
    messages: (rows) => put('messages', rows, byId),
    schedules: (rows) => put('schedules', rows, byId),
    results: (rows) => put('web-action-results', rows, byId),
    approvals: (rows) => put('approvals', rows, byId),
    effects: (rows) => put('effects', rows, ({ effect_id }) => ({ effect_id })),
    clear: async () => {
      const all = written.splice(0);
      for (const table of new Set(all.map((one) => one.table))) {
        const keys = all.filter((one) => one.table === table).map(({ key }) => key);
        await send(
          table,
          keys.map((Key) => ({ DeleteRequest: { Key } })),
        );
      }
    },
  };
};

const byId = ({ id }: { id: string }) => ({ id });

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

/** An approval that waits, of a message that does not exist, so that nothing releases it. */
export const aWaitingApproval = (overrides: Partial<Approval> = {}): Approval => {
  const nowMs = Date.now();
  const at = iso(nowMs - MINUTE_MS);
  return anApproval({
    id: newMessageId(nowMs).replace('msg', 'appr'),
    created_date: at,
    expires_at: iso(nowMs + 12 * 60 * MINUTE_MS),
    ttl: Math.floor(nowMs / 1_000) + 86_400,
    ...overrides,
  });
};

const EFFECT_ID_CHARS = 26;

/** An effect that was carried out. */
export const aConfirmedEffect = (overrides: Partial<Effect> = {}): Effect => {
  const nowMs = Date.now();
  const at = iso(nowMs - MINUTE_MS);
  return anEffect({
    effect_id: `eff_${newMessageId(nowMs).replaceAll(/msg|_/g, '').slice(-EFFECT_ID_CHARS)}`,
    status: 'confirmed',
    created_date: at,
    updated_date: at,
    sent_at: at,
    plan: { total_cents: 7_250, known: [], data: {} },
    receipt: { id: '7' },
    receipts: ['7'],
    history: [
      { at, generation: 1, status: 'planned', message_id: 'msg_1', allowed_by: 'own post' },
      { at, generation: 1, status: 'confirmed', message_id: 'msg_1' },
    ],
    ttl: Math.floor(nowMs / 1_000) + 86_400,
    ...overrides,
  });
};
