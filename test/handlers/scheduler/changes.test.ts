import { beforeEach, describe, expect, it } from 'vitest';
import { handler } from '#handlers/scheduler/index.ts';
import { isOwnPost } from '#lib/approvals/own-post.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { SCHEDULE_ID } from '#lib/platform/id.ts';
import { schedulerClient } from '#lib/schedules/event-bridge.ts';
import { eventBridgeName, type Schedule } from '#lib/schedules/schedule.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { installSns } from '#test/support/sns.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('MESSAGES_TABLE');
const wire = createWire();
let lagMs = 0;
const db = installDynamo(documentClient, { wire, indexLagMs: () => lagMs });
const bridge = installScheduler(schedulerClient, { clock: systemClock, wire });
installSns(snsClient, { wire });
beforeEach(() => {
  lagMs = 0;
  db.reset();
  bridge.reset();
  wire.reset();
});

const TARGET = { message_type: 'manual', payload: { message: 'Tea time' } };
const TEA = {
  name: 'tea',
  schedule_expression: 'cron(0 16 * * ? *)',
  timezone: 'Europe/Berlin',
  target_type: 'scheduled',
};

/** Puts a schedule_creation message into the table. */
const changeMessage = (
  args: Record<string, unknown>,
  { payload = {}, ...fields }: Partial<Message> = {},
): Message => {
  const message = aMessage({
    message_type: 'schedule_creation',
    status: 'queued',
    nowMs: Date.now(),
    arguments: args,
    payload,
    created_by: 'user:ada',
    requested_by: 'user:ada',
    ...fields,
  });
  db.put(TABLE, message);
  return message;
};
const described = (args: Record<string, unknown>) =>
  changeMessage({ ...TEA, ...args }, { payload: TARGET });
const call = (...messages: Message[]) =>
  invoke(
    handler,
    sqsEvent(
      messages.map((message) => anEnvelope(message)),
      { queue: 'schedule-creation' },
    ),
  );
const run = async (message: Message): Promise<Message> => {
  expect(await call(message)).toEqual({ batchItemFailures: [] });
  return db.get<Message>(TABLE, { id: message.id }) ?? message;
};
const childrenOf = ({ id }: Message) =>
  db.rows<Message>(TABLE).filter(({ parent_id }) => parent_id === id);
const schedules = () =>
  db.rows<Schedule>(SCHEDULES_TABLE).filter(({ id }) => id.startsWith('sched_'));
const given = (overrides: Partial<Schedule> = {}): Schedule => {
  const row = aSchedule({
    ...TEA,
    id: 'sched_20260301120000_ABCDEFGH',
    target_type: 'scheduled',
    target: { message_type: 'manual', payload: { message: 'Tea time' } },
    ...overrides,
  });
  db.put(SCHEDULES_TABLE, { ...row });
  return row;
};

describe('a schedule_creation message with create', () => {
  it('creates the schedule for its requester, and reports the next fire in result and push', async () => {
    const done = await run(described({ action: 'create' }));

    const [row] = schedules();
    expect(row).toMatchObject({ ...TEA, target: TARGET, created_by: 'user:ada', status: 'active' });
    expect(bridge.names()).toEqual([row && eventBridgeName(row)]);
    expect(done).toMatchObject({
      status: 'completed',
      result: {
        action: 'create',
        outcome: 'created',
        schedule_id: expect.stringMatching(SCHEDULE_ID),
        name: 'tea',
        status: 'active',
        revision: 1,
        next_fire_at: expect.stringMatching(/T1[45]:00:00\.000Z$/),
      },
    });
    expect(childrenOf(done)).toMatchObject([
      {
        message_type: 'notify',
        created_by: 'scheduler',
        payload: {
          title: 'Schedule tea created',
          message: expect.stringMatching(/^Next fire: \d{4}-\d\d-\d\d 16:00 \(Europe\/Berlin\)\.$/),
        },
      },
    ]);
  });

  it.each([
    { created_by: 'mcp', requested_by: 'mcp:ada' },
    { created_by: 'agent', requested_by: 'agent:ada' },
  ])('creates the schedule of an assistant for $requested_by', async (origin) => {
    await run(
      changeMessage({ ...TEA, action: 'create', run_now: true }, { payload: TARGET, ...origin }),
    );

    expect(schedules()).toMatchObject([{ created_by: origin.requested_by }]);
  });

  it('never lets the run of a schedule of an assistant be the post of a person', async () => {
    const done = await run(
      changeMessage(
        { ...TEA, action: 'create', run_now: true },
        { payload: TARGET, created_by: 'mcp', requested_by: 'mcp:ada' },
      ),
    );

    const ran = childrenOf(done).find(({ message_type }) => message_type === 'manual');
    expect(ran).toMatchObject({ created_by: 'scheduler', requested_by: 'mcp:ada' });
    expect(ran && isOwnPost(ran)).toBe(false);
  });

  it('also sends the message of the schedule as a child, with run_now', async () => {
    const done = await run(described({ action: 'create', run_now: true }));

    const ran = childrenOf(done).find(({ message_type }) => message_type === 'manual');
    expect(ran).toMatchObject({ payload: { message: 'Tea time' }, status: 'queued' });
    expect(childrenOf(done)).toHaveLength(2);
  });

  it('creates one schedule however often it runs', async () => {
    const message = described({ action: 'create', run_now: true });
    await run(message);
    db.put(TABLE, { ...message, attempt: 1 });

    const again = await run(message);

    expect(schedules()).toHaveLength(1);
    expect(bridge.names()).toHaveLength(1);
    expect(again.result).toMatchObject({ outcome: 'created', schedule_id: schedules()[0]?.id });
    expect(childrenOf(message)).toHaveLength(2);
  });
});

describe('a schedule_creation message with another action', () => {
  it.each([
    { timezone: 'Europe/Berlin', outcome: 'updated' },
    { timezone: 'Asia/Tokyo', outcome: 'refused' },
  ])('updates a completed schedule if its times stay the same: $timezone', async (one) => {
    const expression = 'at(2026-03-02T09:00:00)';
    given({ schedule_expression: expression, status: 'completed' });

    const done = await run(
      described({
        action: 'update',
        schedule_expression: expression,
        timezone: one.timezone,
        description: 'new',
      }),
    );

    expect(done.result).toMatchObject({ outcome: one.outcome });
    const isUpdated = one.outcome === 'updated';
    expect(schedules()[0]).toMatchObject({ status: 'completed', revision: isUpdated ? 2 : 1 });
    expect(bridge.names()).toEqual([]);
  });

  it.each([
    { by: 'name', args: {} },
    { by: 'id', args: { schedule_id: 'sched_20260301120000_ABCDEFGH', name: 'high-tea' } },
  ])('replaces the schedule that it names by $by', async ({ args }) => {
    given();

    const done = await run(
      described({ action: 'update', schedule_expression: 'cron(0 17 * * ? *)', ...args }),
    );

    expect(schedules()).toMatchObject([
      { revision: 2, schedule_expression: 'cron(0 17 * * ? *)', name: args.name ?? 'tea' },
    ]);
    expect(done.result).toMatchObject({ outcome: 'updated', revision: 2 });
  });

  it.each([
    { action: 'delete', before: 'active', after: 'deleted', says: 'It will not fire again.' },
    { action: 'pause', before: 'active', after: 'paused', says: 'It is paused.' },
    { action: 'resume', before: 'paused', after: 'active', says: 'Next fire: ' },
  ] as const)('can $action one', async ({ action, before, after, says }) => {
    const { id } = given({ status: before });

    const done = await run(changeMessage({ action, schedule_id: id }));

    expect(schedules()).toMatchObject([{ status: after, revision: 2 }]);
    expect(done).toMatchObject({ status: 'completed', result: { action, status: after } });
    expect(childrenOf(done)).toMatchObject([
      { message_type: 'notify', payload: { message: expect.stringContaining(says) } },
    ]);
  });

  it('pauses until a time, with a reason', async () => {
    const until = iso(Math.ceil(Date.now() / 60_000) * 60_000 + 86_400_000);
    given();

    const done = await run(
      changeMessage({ action: 'pause', name: 'tea', reason: 'holidays', until }),
    );

    expect(schedules()).toMatchObject([{ paused_reason: 'holidays', paused_until: until }]);
    expect(childrenOf(done)[0]?.payload.message).toMatch(/^It is paused until \d{4}-.* \(Europe/);
  });

  it('sends the message of a schedule now and does not change the schedule, with execute', async () => {
    const { id } = given();

    const done = await run(changeMessage({ action: 'execute', name: 'tea' }));

    expect(schedules()).toMatchObject([{ revision: 1, execution_count: 0 }]);
    expect(done.result).toMatchObject({ outcome: 'executed', schedule_id: id });
    expect(
      childrenOf(done)
        .map(({ message_type }) => message_type)
        .sort(),
    ).toEqual(['manual', 'notify']);
  });

  it('finds a schedule by its name immediately, however far the index lags (F09)', async () => {
    lagMs = 3_600_000;
    await run(described({ action: 'create' }));
    const [{ id } = expect.fail('not made')] = schedules();

    const paused = await run(changeMessage({ action: 'pause', name: 'tea' }));
    expect(paused.result).toMatchObject({ outcome: 'paused', schedule_id: id });

    await run(described({ action: 'update', schedule_id: id, name: 'high-tea' }));
    const resumed = await run(changeMessage({ action: 'resume', name: 'high-tea' }));
    expect(resumed.result).toMatchObject({ outcome: 'resumed', schedule_id: id });
    const former = await run(changeMessage({ action: 'pause', name: 'tea' }));
    expect(former.result).toMatchObject({ outcome: 'refused', code: 'SCHEDULE_NOT_FOUND' });
  });

  describe('that runs again', () => {
    /** The message is delivered again, as it was before it ran. */
    const again = (message: Message): Promise<Message> => {
      db.put(TABLE, { ...message, attempt: 1 });
      return run(message);
    };
    const until = () => iso(Date.now() + 3_600_000);
    const CHANGES = {
      update: () => described({ action: 'update', schedule_expression: 'cron(0 17 * * ? *)' }),
      pause: () =>
        changeMessage({ action: 'pause', name: 'tea', reason: 'holidays', until: until() }),
      delete: () => changeMessage({ action: 'delete', name: 'tea' }),
    };

    it.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])(
      'makes one revision and reports the current state: %s',
      async (action) => {
        given();
        const message = CHANGES[action]();
        const first = await run(message);

        const second = await again(message);

        expect(schedules()).toMatchObject([{ revision: 2 }]);
        expect(second.result).toEqual(first.result);
        expect(childrenOf(message)).toHaveLength(1);
      },
    );

    it('creates the schedule in EventBridge if the first run could not', async () => {
      given();
      const message = CHANGES.update();
      wire.decide(({ name }) => (name.startsWith('scheduler') ? { kind: 'throttle' } : undefined));
      await run(message);
      wire.decide(undefined);
      expect(bridge.names()).toEqual([]);

      await again(message);

      expect(bridge.names()).toEqual(schedules().map(eventBridgeName));
    });

    it.each([
      {
        what: 'paused',
        by: () => changeMessage({ action: 'resume', name: 'tea' }),
        status: 'active',
      },
      {
        what: 'paused',
        by: () => changeMessage({ action: 'delete', name: 'tea' }),
        status: 'deleted',
      },
    ])('does not undo a later change: $what, then $status', async ({ by, status }) => {
      given();
      const message = CHANGES.pause();
      await run(message);
      await run(by());

      const second = await again(message);

      expect(schedules()).toMatchObject([{ status, revision: 3 }]);
      expect(second.result).toMatchObject({ outcome: 'paused', status });
    });

    it('succeeds although the change would not be valid any more', async () => {
      given();
      const message = CHANGES.pause();
      await run(message);
      const late = { ...message, arguments: { ...message.arguments, until: iso(Date.now() - 1) } };

      expect((await again(late)).result).toMatchObject({ outcome: 'paused', status: 'paused' });
    });
  });

  it('reports a schedule as deleted that an earlier run deleted', async () => {
    given();
    const message = changeMessage({ action: 'delete', name: 'tea' });
    await run(message);
    db.put(TABLE, { ...message, attempt: 1 });

    const again = await run(message);

    expect(again.result).toMatchObject({ outcome: 'deleted', status: 'deleted', revision: 2 });
  });
});

describe('a schedule_creation message that is refused', () => {
  it.each([
    { what: 'no action', args: {}, code: 'VALIDATION_ERROR', title: 'No schedule changed' },
    {
      what: 'an expression that is none',
      args: { ...TEA, action: 'create', schedule_expression: 'cron(0 25 * * ? *)' },
      code: 'VALIDATION_ERROR',
      title: 'Schedule tea not created',
    },
    {
      what: 'a schedule that does not exist',
      args: { action: 'pause', name: 'coffee' },
      code: 'SCHEDULE_NOT_FOUND',
      title: 'Schedule coffee not paused',
    },
    {
      what: 'a name that is taken',
      args: { ...TEA, action: 'create', name: 'daily-hello' },
      code: 'NAME_TAKEN',
      title: 'Schedule daily-hello not created',
    },
    {
      what: 'a pause of what is over',
      args: { action: 'pause', name: 'done' },
      code: 'SCHEDULE_COMPLETED',
      title: 'Schedule done not paused',
    },
  ])('is completed with the reason and one push: $what', async ({ args, code, title }) => {
    db.put(SCHEDULES_TABLE, { ...aSchedule() });
    given({ name: 'done', status: 'completed' });
    const payload = args.action === 'create' ? TARGET : {};

    const done = await run(changeMessage(args, { payload }));

    expect(done).toMatchObject({ status: 'completed', result: { outcome: 'refused', code } });
    expect(childrenOf(done)).toMatchObject([{ message_type: 'notify', payload: { title } }]);
    expect(schedules()).toHaveLength(2);
  });

  it.each([
    {
      args: { ...TEA, action: 'create', name: 'rain', target_type: 'web_action' },
      path: 'payload.payload.days',
    },
    { args: { action: 'execute', name: 'tea' }, path: 'target.payload.days' },
  ])('is completed with the reason for a target that its operation refuses: $path', async (one) => {
    const target = { message_type: 'web_action', payload: { action: 'weather', days: 8 } } as const;
    given({ target_type: 'web_action', target });
    const payload = one.args.action === 'create' ? target : {};

    const done = await run(changeMessage(one.args, { payload }));

    expect(done.result).toMatchObject({ outcome: 'refused', code: 'VALIDATION_ERROR' });
    expect(JSON.stringify(done.result)).toContain(one.path);
    expect(childrenOf(done)).toMatchObject([{ message_type: 'notify' }]);
    expect(schedules()).toHaveLength(1);
  });

  it('reports that EventBridge refuses the schedule', async () => {
    bridge.refuse(() => true);

    const done = await run(described({ action: 'create' }));

    expect(done.result).toMatchObject({ outcome: 'refused', code: 'SCHEDULE_REFUSED' });
    expect(schedules()).toMatchObject([{ status: 'error' }]);
  });

  it('has a result of limited size for any input', async () => {
    const huge = '\ud83d€'.repeat(150);
    const args = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`${n}${huge}`, huge]));

    const done = await run(changeMessage({ action: 'create', name: huge, ...args }));

    expect(done).toMatchObject({ status: 'completed', result: { outcome: 'refused' } });
    expect(childrenOf(done)).toHaveLength(1);
  });
});

describe('while a service cannot be reached', () => {
  it('EventBridge: the schedule is created, and the reconciler completes it', async () => {
    wire.decide(({ name }) => (name.startsWith('scheduler') ? { kind: 'fail-before' } : undefined));

    const done = await run(described({ action: 'create' }));

    expect(done.result).toMatchObject({ outcome: 'created', status: 'active' });
    expect(schedules()).toHaveLength(1);
    expect(bridge.names()).toEqual([]);
  });

  it('the table of the schedules: the message is parked, and nothing is reported yet', async () => {
    wire.decide(({ name }) => (name === 'dynamodb:Query' ? { kind: 'fail-before' } : undefined));

    const waiting = await run(described({ action: 'create' }));

    expect(waiting).toMatchObject({
      status: 'queued',
      error_code: 'STORE_UNAVAILABLE',
      strikes: 0,
    });
    expect(childrenOf(waiting)).toEqual([]);
  });
});

it('reports an unreadable record, and makes the changes of the others', async () => {
  const good = described({ action: 'create' });

  const answer = await invoke(
    handler,
    sqsEvent(['not JSON', anEnvelope(good)], { queue: 'schedule-creation' }),
  );

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'record-1' }] });
  expect(schedules()).toHaveLength(1);
});
