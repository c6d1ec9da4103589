import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '#handlers/sweeper/index.ts';
import { sqsClient } from '#lib/bus/dead-letters.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { FLAG_NAMES, RETIRED_FLAGS } from '#lib/config/flags.ts';
import { addServiceName, writeBreaker } from '#lib/data/breakers.ts';
import { documentClient } from '#lib/data/table.ts';
import { SERVICES } from '#lib/http/breaker/services.ts';
import { iso, systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { schedulerClient } from '#lib/schedules/event-bridge.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { expectLines } from '#test/support/expected-lines.ts';
import { invoke } from '#test/support/lambda.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { installSns } from '#test/support/sns.ts';
import { installSsm } from '#test/support/ssm.ts';

const TABLE = env('MESSAGES_TABLE');
const db = installDynamo(documentClient);
const sns = installSns(snsClient);
installScheduler(schedulerClient, { clock: systemClock });
/** Every queue has these attributes. */
const answerAll = (
  { middlewareStack }: typeof sqsClient,
  attributes: () => Promise<Record<string, string>>,
) =>
  middlewareStack.add(
    () => async () => ({ output: { $metadata: {}, Attributes: await attributes() }, response: {} }),
    { step: 'initialize', priority: 'high' },
  );
answerAll(sqsClient, () => Promise.reject(new Error('no other test reads a queue')));
beforeEach(() => {
  installSsm().failWith(new Error('SSM is down'));
  expectLines('parameters not read');
  db.reset();
  sns.reset();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const tick = () => invoke(handler, {});

describe('the pipeline of sweeper', () => {
  it('publishes due messages without SSM', async () => {
    const due = aMessage({
      nowMs: Date.now() - 120_000,
      next_due_at: iso(Date.now() - 60_000),
    });
    db.put(TABLE, due);

    await tick();

    expect(sns.envelopes()).toMatchObject([{ source: 'sweeper', message: { id: due.id } }]);
    expect(db.get(TABLE, { id: due.id })).toMatchObject({ status: 'queued' });
  });

  it.each([...FLAG_NAMES, ...RETIRED_FLAGS, ...Object.keys(SERVICES), 'overlap', 'approval'])(
    'fails expired messages that are held for %s',
    async (name) => {
      const expiredAt = iso(Date.now() - 1_000);
      const message = aMessage({
        status: 'queued',
        nowMs: Date.now() - 120_000,
        valid_until: expiredAt,
        next_due_at: expiredAt,
        due_bucket: `held-${name}`,
      });
      db.put(TABLE, message);

      await tick();

      expect(db.get(TABLE, { id: message.id })).toMatchObject({ error_code: 'EXPIRED' });
    },
  );

  it('measures the dead letters of all queues', async () => {
    vi.stubEnv('DEAD_LETTER_QUEUES', 'https://sqs.example/a-dlq,https://sqs.example/b-dlq');
    vi.stubEnv('LOG_LEVEL', 'info');
    vi.resetModules();
    const fresh = await Promise.all([
      import('#lib/data/table.ts'),
      import('#lib/bus/dead-letters.ts'),
      import('#lib/schedules/event-bridge.ts'),
    ]);
    installDynamo(fresh[0].documentClient);
    answerAll(fresh[1].sqsClient, async () => ({ ApproximateNumberOfMessages: '2' }));
    installScheduler(fresh[2].schedulerClient, { clock: systemClock });
    const { handler } = await import('#handlers/sweeper/index.ts');
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);

    await invoke(handler, {});

    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toContainEqual(expect.objectContaining({ DLQMessageCount: 4 }));
  });

  it('has different names for services and flags, because a hold is only a name', () => {
    const flags: readonly string[] = [...FLAG_NAMES, ...RETIRED_FLAGS, 'overlap', 'approval'];

    expect(Object.keys(SERVICES).filter((name) => flags.includes(name))).toEqual([]);
  });

  const held = (due_bucket: string) => {
    const valid = iso(Date.now() + 3_600_000);
    const message = aMessage({
      status: 'queued',
      message_type: 'notify',
      nowMs: Date.now(),
      valid_until: valid,
      next_due_at: valid,
      due_bucket,
    });
    db.put(TABLE, message);
    return message.id;
  };

  it('releases messages that a closed breaker held, and none for a flag that cannot be read', async () => {
    const forService = held('held-ntfy');
    const forFlag = held('held-notifications');

    await tick();

    expect(db.get(TABLE, { id: forService })).toMatchObject({ due_bucket: 'due' });
    expect(db.get(TABLE, { id: forFlag })).toMatchObject({ due_bucket: 'held-notifications' });
  });

  it('releases messages of a service that only configuration names, but none of a flag with that name', async () => {
    await addServiceName('http-door');
    await addServiceName('notifications');
    const forService = held('held-http-door');
    const forFlag = held('held-notifications');

    await tick();

    expect(db.get(TABLE, { id: forService })).toMatchObject({ due_bucket: 'due' });
    expect(db.get(TABLE, { id: forFlag })).toMatchObject({ due_bucket: 'held-notifications' });
  });

  it('releases messages whose approval is decided, and none that still waits for a decision', async () => {
    const decided = held('held-approval');
    const pending = held('held-approval');
    const expires_at = iso(Date.now() + 60_000);
    for (const [id, status] of [
      [decided, 'approved'],
      [pending, 'pending'],
    ] as const) {
      const approval = anApproval({ id: `appr_${status}`, message_id: id, status, expires_at });
      db.put(env('APPROVALS_TABLE'), approval);
      db.put(TABLE, { ...db.get(TABLE, { id }), approval_id: approval.id });
    }

    await tick();

    expect(db.get(TABLE, { id: decided })).toMatchObject({ due_bucket: 'due' });
    expect(db.get(TABLE, { id: pending })).toMatchObject({ due_bucket: 'held-approval' });
    expect(sns.envelopes()).toMatchObject([{ message: { id: decided } }]);
  });

  it('checks only the services of the code in a tick that cannot read the list of names', async () => {
    vi.restoreAllMocks();
    expectLines(
      'parameters not read',
      'names of services not read, only the breakers of the code are checked',
    );
    db.put(env('BREAKERS_TABLE'), { service_name: 'names', names: 'not a set' });
    const forService = held('held-http-door');
    const forCode = held('held-weather-gov');

    await tick();

    expect(db.get(TABLE, { id: forService })).toMatchObject({ due_bucket: 'held-http-door' });
    expect(db.get(TABLE, { id: forCode })).toMatchObject({ due_bucket: 'due' });
  });

  it('reports a service that only configuration names and that blocks', async () => {
    await addServiceName('http-door');
    const state = { state: 'open', failures: 0, trial: 0, successes: 0 } as const;
    const opened_at = iso(Date.now());
    const open_until = iso(Date.now() + 3_600_000);
    await writeBreaker(
      'http-door',
      { ...state, reason: 'blocked', opened_at, open_until },
      { seen: undefined, nowMs: Date.now() },
    );

    await tick();
    await tick();

    expect(db.rows(TABLE)).toMatchObject([
      { created_by: 'sweeper', payload: { title: 'http-door blocks automated calls' } },
    ]);
  });
});
