import { beforeEach, describe, expect, it, vi } from 'vitest';
import { consume } from '#lib/engine/consume.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { HOUR_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError, type ErrorKind } from '#lib/platform/errors.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { aMessage } from '#test/support/builders.ts';
import { countedByHour, storedByHour } from '#test/support/counted.ts';
import { engineWorld } from '#test/support/engine.ts';

// The module reads the variable when it is loaded.
vi.hoisted(() => vi.stubEnv('DETAILED_METRICS', 'on'));

const world = engineWorld();
const { clock, log, publisher } = world;
beforeEach(() => world.reset());

const recordOf = (message: Message) => {
  const origin = { eventId: 'e', timestamp: iso(clock.now()), source: 't', region: 'us-east-1' };
  return {
    messageId: `record-of-${message.id}`,
    body: JSON.stringify(envelopeOf(message, origin)),
  };
};
const options = () => ({ consumer: 'processor' as const, invocation: 'i', log, clock, publisher });

/** Runs messages that were created an hour ago. The work takes 1.5 seconds. */
const run = async (work: Work, ...messages: Message[]) => {
  world.given(...messages);
  const killedAtMs = clock.now() + 60 * SECOND_MS;
  const consuming = consume(
    messages.map(recordOf),
    { ...options(), killedAtMs },
    async (...given) => {
      await clock.sleep(1_500);
      return work(...given);
    },
  );
  await clock.advance(2 * SECOND_MS);
  return consuming;
};

const queued = (fields: Partial<Message> = {}) =>
  aMessage({ status: 'queued', nowMs: clock.now() - HOUR_MS, ...fields });

const failing = (kind: ErrorKind, heldBy?: string): Work => {
  const options = heldBy === undefined ? {} : { heldBy };
  return () => Promise.reject(new AppError(kind, 'HTTP_5XX', 'no', options));
};

/** The only line, without the fields of the metrics. */
const onlyLine = () => {
  expect(log.lines).toHaveLength(1);
  const [line] = log.lines;
  return { level: line?.level, message: line?.message, ...line?.fields };
};

describe('the log line of a run that did not complete', () => {
  it.each<{ kind: ErrorKind; heldBy?: string; message: string; category: string }>([
    { kind: 'invalid', message: 'message failed', category: 'validation' },
    { kind: 'unauthorized', message: 'message failed', category: 'permanent' },
    { kind: 'not-found', message: 'message failed', category: 'permanent' },
    { kind: 'conflict', message: 'message failed', category: 'permanent' },
    { kind: 'unavailable', message: 'message parked', category: 'transient' },
    { kind: 'unavailable', heldBy: 'ntfy', message: 'message held', category: 'transient' },
  ])(
    'names code, category and duration ($kind, $message)',
    async ({ kind, heldBy, message, category }) => {
      await run(failing(kind, heldBy), queued());

      expect(onlyLine()).toMatchObject({ message, code: 'HTTP_5XX', category, duration_ms: 1_500 });
    },
  );

  it.each([
    ['a bug', new TypeError('a bug'), 'INTERNAL'],
    ['a deadline', new AppError('unavailable', 'DEADLINE', 'too slow'), 'DEADLINE'],
  ])('says that %s is a fault of the system, with the strikes', async (_, error, code) => {
    await run(() => Promise.reject(error), queued());

    expect(onlyLine()).toMatchObject({
      ...{ level: 'error', message: 'message parked with a strike' },
      ...{ code, category: 'system', duration_ms: 1_500, strikes: 1, err: error },
    });
  });

  it('says how long a parked message waits, and what it waits for', async () => {
    const error = new AppError('unavailable', 'HTTP_5XX', 'down');
    await run(() => Promise.reject(error), queued({ retry_count: 2 }));

    expect(onlyLine()).toMatchObject({ level: 'warn', wait_ms: 4 * 60 * SECOND_MS, err: error });
  });

  it('says what holds a held message', async () => {
    await run(failing('unavailable', 'ntfy'), queued());

    expect(onlyLine()).toMatchObject({ level: 'info', held_by: 'ntfy' });
  });

  it('logs the metrics of the work when it parks a message', async () => {
    await run(
      async (_, { measure }) => {
        measure({ NotificationsFailed: 1 });
        throw new AppError('unavailable', 'HTTP_5XX', 'down');
      },
      queued({ message_type: 'manual' }),
    );

    expect(onlyLine()).toMatchObject({
      NotificationsFailed: 1,
      Status: 'queued',
      MessageType: 'manual',
      _aws: { Timestamp: clock.now() - 500 },
    });
  });

  it.each<{ kind: ErrorKind; heldBy?: string }>([
    { kind: 'invalid' },
    { kind: 'unavailable' },
    { kind: 'unavailable', heldBy: 'ntfy' },
  ])('is the lost claim alone when another run owns the row ($kind, $heldBy)', async (end) => {
    const message = queued();
    await run(async (...given) => {
      const row = world.row(message.id) as Message;
      world.given({ ...row, claimed_by: 'another', attempt: 2 });
      return failing(end.kind, end.heldBy)(...given);
    }, message);

    expect(onlyLine()).toMatchObject({
      ...{ level: 'warn', message: 'claim lost', code: 'HTTP_5XX', duration_ms: 1_500 },
    });
    expect(world.row(message.id)).toMatchObject({ status: 'processing', claimed_by: 'another' });
  });

  it('names the lost claim when the work noticed it', async () => {
    const message = queued();
    await run(async (_, { recordSendStarted }) => {
      const row = world.row(message.id) as Message;
      world.given({ ...row, claimed_by: 'another', attempt: 2 });
      await recordSendStarted();
      return {};
    }, message);

    expect(onlyLine()).toMatchObject({
      ...{ level: 'warn', message: 'claim lost', code: 'CLAIM_LOST', category: 'permanent' },
    });
  });

  it('has the ids of the run', async () => {
    const message = queued({ correlation_id: 'a-run', attempt: 3 });
    await run(failing('invalid'), message);

    expect(onlyLine()).toMatchObject({
      ...{ correlation_id: 'a-run', message_id: message.id },
      ...{ message_type: message.message_type, attempt: 4 },
    });
  });
});

describe('what the work logs', () => {
  it('has the ids of the run', async () => {
    const message = queued({ correlation_id: 'a-run' });
    await run(async (_, { log: ours }) => {
      ours.info('halfway');
      return {};
    }, message);

    expect(log.at('info')[0]).toMatchObject({
      message: 'halfway',
      fields: { correlation_id: 'a-run', message_id: message.id, attempt: 1 },
    });
  });
});

describe('the counters of a batch', () => {
  it('hold what completed and what failed, in the hour of its creation', async () => {
    const [good, bad, parked] = [queued(), queued(), queued()];
    await run(
      async ({ id }) => {
        if (id === bad.id) throw new AppError('invalid', 'INVALID_PAYLOAD', 'no');
        if (id === parked.id) throw new AppError('unavailable', 'HTTP_5XX', 'down');
        return {};
      },
      ...[good, bad, parked],
    );

    const [[hour = '', stored] = []] = Object.entries(storedByHour(world.rows()));
    const { created_hello_world, ...ended } = stored ?? {};
    expect(created_hello_world).toBe(3);
    expect(ended).toMatchObject({
      completed_hello_world: 1,
      failed_hello_world: 1,
      took_ms: 1_500,
    });
    expect(countedByHour(world)).toEqual({ [hour]: ended });
  });

  it('do not hold the end of a message that another run owns', async () => {
    const message = queued();
    await run(async () => {
      const row = world.row(message.id) as Message;
      world.given({ ...row, claimed_by: 'another', attempt: 2 });
      throw new AppError('invalid', 'INVALID_PAYLOAD', 'no');
    }, message);

    expect(countedByHour(world)).toEqual({});
  });
});

describe('the time of a run', () => {
  it.each([
    { timeoutS: 900, endsS: 895 },
    { timeoutS: 60, endsS: 55 },
    { timeoutS: 30, endsS: 25 },
    { timeoutS: 12, endsS: 10 },
  ])('ends $endsS s after the start of a function of $timeoutS s', async ({ timeoutS, endsS }) => {
    const message = queued();
    world.given(message);
    const startMs = clock.now();
    let deadlineMs = 0;

    await consume(
      [recordOf(message)],
      { ...options(), killedAtMs: startMs + timeoutS * SECOND_MS },
      async (_, run) => {
        deadlineMs = run.deadlineMs;
        return {};
      },
    );

    expect(deadlineMs - startMs).toBe(endsS * SECOND_MS);
  });

  it('is that of the machine when the function gives no clock', async () => {
    const message = queued({ valid_until: iso(Date.now() + HOUR_MS) });
    world.given(message);
    const { clock: _, ...withoutClock } = options();

    await consume(
      [recordOf(message)],
      { ...withoutClock, killedAtMs: Date.now() + HOUR_MS },
      async () => ({}),
    );

    expect(world.row(message.id)?.status).toBe('completed');
  });
});

describe('the children of a run', () => {
  const spawns = (count: number) =>
    Array.from({ length: count }, () => ({
      ...{ purpose: 'push', message_type: 'notify' as const },
      payload: { message: 'Water the plants' },
    }));
  const putCount = () =>
    world.wire.calls().filter(({ name }) => name === 'dynamodb:PutItem').length;

  it('are each put once, however many there are', async () => {
    const message = queued();
    await run(async () => ({ children: spawns(23) }), message);

    expect(putCount()).toBe(23);
    expect(world.rows()).toHaveLength(24);
    expect(new Set(world.published).size).toBe(23);
  });

  it('have ids that are derived from the parent and count within their purpose', async () => {
    const message = queued();
    const [push] = spawns(1);
    const other = { ...push, purpose: 'other', message_type: 'notify' as const, payload: {} };
    const payload = { message: 'Water the plants' };
    await run(
      async () => ({ children: [...spawns(2), { ...other, payload }, ...spawns(1)] }),
      message,
    );

    const idOf = (purpose: string, n: number) =>
      derivedMessageId(Date.parse(message.created_date), message.id, purpose, n);
    expect(new Set(world.published)).toEqual(
      new Set([idOf('push', 0), idOf('push', 1), idOf('other', 0), idOf('push', 2)]),
    );
  });

  it('are put ten at a time', async () => {
    const message = queued();
    world.wire.decide(({ name }) =>
      name === 'dynamodb:PutItem' ? { kind: 'hang', at: 'before' } : undefined,
    );
    const running = run(async () => ({ children: spawns(12) }), message);
    await clock.advance(0);

    const atFirst = putCount();
    world.wire.decide(undefined);
    world.wire.thaw();
    await running;

    expect([atFirst, putCount()]).toEqual([10, 12]);
  });

  it('are put although no wake-up can be published, which is one warning each', async () => {
    const message = queued();
    world.setBus('down');
    await run(async () => ({ children: spawns(2) }), message);

    expect(world.row(message.id)?.status).toBe('completed');
    expect(world.rows()).toHaveLength(3);
    expect(log.at('warn').map(({ message: sentence }) => sentence)).toEqual(
      Array(2).fill('wake-up not published, sweeper retries it'),
    );
    expect(log.at('warn')[0]?.fields).toMatchObject({ correlation_id: message.correlation_id });
  });

  it('that are one hop too far make the parent invalid', async () => {
    await run(async () => ({ children: spawns(1) }), queued({ hop_count: 24 }));

    expect(onlyLine()).toMatchObject({ code: 'HOPS_EXCEEDED', category: 'validation' });
  });

  it.each(['payload', 'arguments'])(
    'with too large a $0 make the parent invalid',
    async (field) => {
      const large = { [field]: { message: 'x'.repeat(65_536) } };
      await run(
        async () => ({ children: spawns(1).map((one) => ({ ...one, ...large })) }),
        queued(),
      );

      expect(onlyLine()).toMatchObject({ code: 'INVALID_PAYLOAD', category: 'validation' });
    },
  );

  it('of an error do not end the run of a message whose claim is lost while they are put', async () => {
    const message = queued();
    world.given(message);
    world.wire.decide(({ name }) =>
      name === 'dynamodb:PutItem' ? { kind: 'delay', ms: 91 * SECOND_MS } : undefined,
    );
    const error = new AppError('invalid', 'INVALID_PAYLOAD', 'no');
    const consuming = consume(
      [recordOf(message)],
      { ...options(), killedAtMs: clock.now() + 60 * SECOND_MS },
      async () => ({ error, children: spawns(11) }),
    );
    await clock.advance(100 * SECOND_MS);
    await consuming;

    expect(onlyLine()).toMatchObject({ message: 'claim lost', code: 'CLAIM_LOST' });
    expect(world.row(message.id)).toMatchObject({ status: 'processing', attempt: 1 });
  });

  it('of an error are put by the next run when the store fails', async () => {
    const message = queued();
    world.wire.decide(({ name }) =>
      name === 'dynamodb:PutItem' ? { kind: 'fail-before' } : undefined,
    );
    const error = new AppError('invalid', 'INVALID_PAYLOAD', 'no');
    await run(async () => ({ error, children: spawns(1) }), message);

    expect(onlyLine()).toMatchObject({ records: 1, err: { code: 'STORE_UNAVAILABLE' } });
    expect(world.row(message.id)).toMatchObject({ status: 'processing', attempt: 1 });
  });
});

describe('a run that has ended', () => {
  it('waits for its deadline no longer', async () => {
    await run(async () => ({}), queued());

    expect(clock.sleepers()).toBe(0);
  });

  it('waits for its deadline no longer when its work failed', async () => {
    await run(failing('invalid'), queued());

    expect(clock.sleepers()).toBe(0);
  });
});

describe('the result of a run', () => {
  it.each([
    { bytes: 8_192, status: 'completed' },
    { bytes: 8_193, status: 'queued' },
  ])('of $bytes bytes leaves the message $status', async ({ bytes, status }) => {
    const message = queued();
    const text = 'x'.repeat(bytes - '{"text":""}'.length);
    await run(async () => ({ result: { text } }), message);

    expect(world.row(message.id)?.status).toBe(status);
  });
});

describe('a message that is given up', () => {
  it.each([
    {
      ...{ why: 'expired', fields: () => ({ valid_until: iso(clock.now()) }) },
      reason: () => ({
        error_code: 'EXPIRED',
        error_message: `not done before ${iso(clock.now() - 2 * SECOND_MS)}`,
      }),
    },
    {
      ...{ why: 'failed eight times', fields: () => ({ strikes: 8, error_code: 'DEADLINE' }) },
      reason: () => ({
        error_code: 'ATTEMPTS_EXHAUSTED',
        error_message: 'gave up after 8 attempts; last: DEADLINE',
      }),
    },
    {
      ...{ why: 'killed the function eight times', fields: () => ({ strikes: 8 }) },
      reason: () => ({
        error_code: 'ATTEMPTS_EXHAUSTED',
        error_message: 'gave up after 8 attempts; last: the function was terminated',
      }),
    },
  ])('because it $why says so in its row and in one log line', async ({ fields, reason }) => {
    const message = queued({ ...fields(), correlation_id: 'a-run' });
    await run(async () => ({}), message);

    expect(world.row(message.id)).toMatchObject({ status: 'failed', ...reason() });
    expect(onlyLine()).toMatchObject({
      ...{ level: 'warn', message: 'message failed', code: reason().error_code },
      ...{ message_id: message.id, message_type: message.message_type, correlation_id: 'a-run' },
      ...{ MessagesFailed: 1, _aws: { Timestamp: clock.now() - 2 * SECOND_MS } },
    });
  });

  it('runs while it has seven strikes and a millisecond left', async () => {
    const message = queued({ strikes: 7, valid_until: iso(clock.now() + 1) });
    await run(async () => ({}), message);

    expect(world.row(message.id)?.status).toBe('completed');
  });
});

describe('the stored reason', () => {
  it.each([
    { says: 'as it is', chars: 1_000, ends: 'x' },
    { says: 'cut, with a sign of it', chars: 1_001, ends: '…' },
  ])('of $chars characters is stored $says', async ({ chars, ends }) => {
    const message = queued();
    const error = new AppError('invalid', 'INVALID_PAYLOAD', 'x'.repeat(chars));
    await run(() => Promise.reject(error), message);

    expect(world.row(message.id)?.error_message).toBe(`${'x'.repeat(999)}${ends}`);
  });

  it('of an unexpected error does not contain its message', async () => {
    const message = queued();
    await run(() => Promise.reject(new TypeError('a secret')), message);

    expect(world.row(message.id)).toMatchObject({
      ...{ error_code: 'INTERNAL', error_message: 'internal error, see the log' },
    });
  });
});
