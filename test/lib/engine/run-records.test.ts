import { beforeEach, describe, expect, it, vi } from 'vitest';
import { consume } from '#lib/engine/consume.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { HOUR_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError, type ErrorKind } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';
import { countedByHour, storedByHour } from '#test/support/counted.ts';
import { engineWorld } from '#test/support/engine.ts';

// The module reads the variable when it is loaded.
vi.hoisted(() => vi.stubEnv('DETAILED_METRICS', 'on'));

const world = engineWorld();
const { clock, log, publisher } = world;
beforeEach(() => world.reset());

/** Runs messages that were created an hour ago. The work takes 1.5 seconds. */
const run = async (work: Work, ...messages: Message[]) => {
  world.given(...messages);
  const origin = { eventId: 'e', timestamp: iso(clock.now()), source: 't', region: 'us-east-1' };
  const records = messages.map((message) => ({
    messageId: `record-of-${message.id}`,
    body: JSON.stringify(envelopeOf(message, origin)),
  }));
  const killedAtMs = clock.now() + 60 * SECOND_MS;
  const consuming = consume(
    records,
    { consumer: 'processor', invocation: 'i', killedAtMs, log, clock, publisher },
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

  it('keeps the measurements of the work, for the metrics of a parked message', async () => {
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

  it('of a bug says nothing about it', async () => {
    const message = queued();
    await run(() => Promise.reject(new TypeError('a secret')), message);

    expect(world.row(message.id)).toMatchObject({
      ...{ error_code: 'INTERNAL', error_message: 'internal error, see the log' },
    });
  });
});
