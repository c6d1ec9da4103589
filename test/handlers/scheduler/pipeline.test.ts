import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { handler } from '#handlers/scheduler/index.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import { iso, systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { installSns } from '#test/support/sns.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('MESSAGES_TABLE');
const METRICS = env('METRICS_TABLE');
const wire = createWire();
const db = installDynamo(documentClient, { wire });
const sns = installSns(snsClient, { wire });
beforeEach(() => {
  db.reset();
  sns.reset();
  wire.reset();
  db.put(SCHEDULES_TABLE, { ...aSchedule() });
});

const fire = (scheduled_time = iso(Date.now())) => ({
  kind: 'fire',
  schedule_id: 'sched_20260101000000_DAYHE110',
  scheduled_time,
});
const call = (...bodies: unknown[]) => invoke(handler, sqsEvent(bodies, { queue: 'fires' }));

describe('the pipeline of scheduler', () => {
  it('creates one message and one wake-up for a fire, and none for a duplicate', async () => {
    const same = fire();

    const answer = await call(same, same);
    await call(same);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(db.rows(TABLE)).toMatchObject([{ message_type: 'hello_world', status: 'queued' }]);
    expect(sns.envelopes()).toMatchObject([{ source: 'scheduler' }]);
  });

  it('counts the messages of fires in their hours, although all arrive in one millisecond', async () => {
    const nowMs = Date.now();
    const now = vi.spyOn(systemClock, 'now').mockReturnValue(nowMs);
    onTestFinished(() => now.mockRestore());
    const hour = iso(nowMs).slice(0, 13);
    const minutes = ['00', '07', '14'].map((minute) => fire(`${hour}:${minute}:00.000Z`));
    db.put(SCHEDULES_TABLE, { ...aSchedule({ overlap: 'allow' }) });

    await call(...minutes, ...minutes);

    expect(db.rows(TABLE)).toHaveLength(3);
    expect(db.rows(METRICS)).toMatchObject([{ created_hello_world: 3 }]);
    expect(sns.envelopes()).toHaveLength(3);
  });

  it('reports an unreadable record and handles the rest of the batch', async () => {
    const answer = await call('not JSON', fire());

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'record-1' }] });
    expect(db.rows(TABLE)).toHaveLength(1);
  });

  it('reports a fire whose message could not be put, because no row exists for it', async () => {
    wire.decide(({ name }) => (name.startsWith('dynamodb') ? { kind: 'fail-before' } : undefined));

    const answer = await call(fire());

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'record-1' }] });
  });

  it('acknowledges a fire whose wake-up is lost, because its row is due', async () => {
    wire.decide(({ name }) => (name.startsWith('sns') ? { kind: 'fail-before' } : undefined));

    const answer = await call(fire());

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(db.rows(TABLE)).toMatchObject([{ status: 'created', due_bucket: 'due' }]);
  });
});
