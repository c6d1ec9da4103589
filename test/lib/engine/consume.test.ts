import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Publisher } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import { consume } from '#lib/engine/consume.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Work } from '#lib/messages/outcome.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { AppError, type ErrorKind } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { capturingLog } from '#test/support/log.ts';
import { startTraceDaemon } from '#test/support/trace-daemon.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('MESSAGES_TABLE');
const TIMEOUT_MS = 60 * SECOND_MS;

const clock = virtualClock();
const wire = createWire({ clock });
const db = installDynamo(documentClient, { clock, wire });
beforeEach(() => {
  db.reset();
  wire.reset();
});

const wakeUp = (message: Message) => ({
  messageId: `record-of-${message.id}`,
  body: JSON.stringify(
    envelopeOf(message, {
      eventId: 'event',
      timestamp: iso(clock.now()),
      source: 'test',
      region: 'us-east-1',
    }),
  ),
});

const setup = (...given: Message[]) => {
  for (const message of given) db.put(TABLE, message);
  const published: string[] = [];
  const publisher: Publisher = {
    publish: async ({ id }) => {
      published.push(id);
    },
    publishAll: async () => new Set(),
  };
  const log = capturingLog();
  let invocation = 0;
  const run = (work: Work, records = given.map(wakeUp)) =>
    consume(
      records,
      {
        consumer: 'processor',
        invocation: `invocation-${++invocation}`,
        killedAtMs: clock.now() + TIMEOUT_MS,
        log,
        clock,
        publisher,
      },
      work,
    );
  return { run, published, lines: log.lines };
};

const row = (id: string) => db.get<Message>(TABLE, { id });
const done = async (): Promise<Outcome> => ({});
const queued = (fields: Partial<Message> = {}) =>
  aMessage({ status: 'queued', nowMs: clock.now(), ...fields });

describe('a consumer', () => {
  it.each([
    { body: 'not JSON', code: 'UNREADABLE_BODY' },
    { body: '[1]', code: 'UNREADABLE_BODY' },
    { body: '{"Message":"not JSON"}', code: 'UNREADABLE_BODY' },
    { body: JSON.stringify({ schema_version: '2.0' }), code: 'UNREADABLE_BODY' },
  ])('reports $body as failed and leaves its batch alone (F11)', async ({ body, code }) => {
    const good = queued();
    const { run } = setup(good);

    const results = await run(done, [{ messageId: 'bad', body }, wakeUp(good)]);

    expect(results).toMatchObject([
      { status: 'rejected', reason: { code } },
      { status: 'fulfilled' },
    ]);
    expect(row(good.id)?.status).toBe('completed');
  });

  it('annotates the trace with the correlation id of each message that it runs', async () => {
    const daemon = await startTraceDaemon();
    const { run } = setup(queued({ correlation_id: 'one' }), queued({ correlation_id: 'two' }));

    await run(done);

    await expect.poll(() => daemon.correlationIds().toSorted()).toEqual(['one', 'two']);
    daemon.stop();
  });

  it('reports a type that it does not accept, and does not change the row', async () => {
    const foreign = queued({ message_type: 'notify' });
    const { run } = setup(foreign);

    const results = await run(done);

    expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'TYPE_NOT_ACCEPTED' } }]);
    expect(row(foreign.id)).toEqual(foreign);
  });

  it('uses the type of the row when the wake-up names another', async () => {
    const foreign = queued({ message_type: 'notify' });
    const { run } = setup(foreign);

    const results = await run(done, [wakeUp({ ...foreign, message_type: 'manual' })]);

    expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'TYPE_NOT_ACCEPTED' } }]);
    expect(row(foreign.id)).toEqual(foreign);
  });

  it('reads a body that SNS wrapped', async () => {
    const message = queued();
    const { run } = setup(message);
    const { body, messageId } = wakeUp(message);

    await run(done, [{ messageId, body: JSON.stringify({ Type: 'Notification', Message: body }) }]);

    expect(row(message.id)?.status).toBe('completed');
  });

  it('acknowledges an unknown id with one warning', async () => {
    const { run, lines } = setup();

    const results = await run(done, [wakeUp(queued())]);

    expect(results).toMatchObject([{ status: 'fulfilled' }]);
    expect(lines).toMatchObject([{ level: 'warn', message: 'wake-up for an unknown message' }]);
  });

  it.each(['completed', 'failed'] as const)(
    'acknowledges a %s message with one warning, 27 days later too (F23)',
    async (status) => {
      const finished = aMessage({ status, nowMs: clock.now() });
      const { run, lines } = setup(finished);
      const work = vi.fn(done);
      await clock.advance(27 * 24 * 60 * MINUTE_MS);

      const results = await run(work);

      expect(results).toMatchObject([{ status: 'fulfilled' }]);
      expect(work).not.toHaveBeenCalled();
      expect(row(finished.id)).toEqual(finished);
      expect(lines).toMatchObject([{ level: 'warn', message: 'wake-up for a finished message' }]);
    },
  );

  it.each([
    {
      state: 'a message that is too early',
      fields: () => ({ not_before: iso(clock.now() + 1) }),
    },
    {
      state: 'a message that another run owns',
      fields: () => ({
        status: 'processing' as const,
        claimed_by: 'somebody',
        lease_until: iso(clock.now() + 1),
      }),
    },
  ])('acknowledges $state and does not change its row (F14)', async ({ fields }) => {
    const message = queued(fields());
    const { run } = setup(message);
    const work = vi.fn(done);

    const results = await run(work);

    expect(results).toMatchObject([{ status: 'fulfilled' }]);
    expect(work).not.toHaveBeenCalled();
    expect(row(message.id)).toEqual(message);
  });

  it('sets a lease that ends 30 s after the function is killed (F15)', async () => {
    const { run } = setup(queued());
    const killedAtMs = clock.now() + TIMEOUT_MS;
    const leases: (string | undefined)[] = [];

    await run(async ({ lease_until, next_due_at }) => {
      leases.push(lease_until, next_due_at);
      return {};
    });

    expect(leases).toEqual([iso(killedAtMs + 30_000), iso(killedAtMs + 30_000)]);
  });

  it('claims a message that a killed run left', async () => {
    const left = queued({
      status: 'processing',
      claimed_by: 'the dead',
      attempt: 1,
      strikes: 1,
      lease_until: iso(clock.now() - 1),
    });
    const { run } = setup(left);

    await run(done);

    expect(row(left.id)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(row(left.id)).not.toHaveProperty('claimed_by');
  });

  it.each([
    {
      state: 'an expired message',
      fields: () => ({ valid_until: iso(clock.now()) }),
      code: 'EXPIRED',
    },
    { state: 'eight strikes', fields: () => ({ strikes: 8 }), code: 'ATTEMPTS_EXHAUSTED' },
  ])('fails $state without running it', async ({ fields, code }) => {
    const message = queued(fields());
    const { run } = setup(message);
    const work = vi.fn(done);

    const results = await run(work);

    expect(results).toMatchObject([{ status: 'fulfilled' }]);
    expect(work).not.toHaveBeenCalled();
    expect(row(message.id)).toMatchObject({ status: 'failed', error_code: code });
    expect(row(message.id)).not.toHaveProperty('next_due_at');
    expect(row(message.id)?.ttl).toBeGreaterThan(clock.now() / 1_000);
  });

  it('parks an unknown major version at once, and resets its strikes (F21)', async () => {
    const newer = queued({ version: '2.0' });
    const { run } = setup(newer);
    const work = vi.fn(done);

    await run(work);

    expect(work).not.toHaveBeenCalled();
    expect(row(newer.id)).toMatchObject({
      status: 'queued',
      error_code: 'UNSUPPORTED_VERSION',
      strikes: 0,
      retry_count: 1,
      not_before: iso(clock.now() + MINUTE_MS),
    });
  });

  it('acknowledges a record without a claim when less than a third of the timeout is left', async () => {
    const slow = queued();
    const suspect = queued({ strikes: 1 });
    const { run } = setup(slow, suspect);

    const running = run(async ({ id }) => {
      if (id === slow.id) await clock.sleep(0.7 * TIMEOUT_MS);
      return {};
    });
    await clock.advance(TIMEOUT_MS);
    const results = await running;

    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(row(slow.id)?.status).toBe('completed');
    expect(row(suspect.id)).toEqual(suspect);
  });
});

describe('the end of work', () => {
  it('completes the message, removes the claim, and stores result and ttl', async () => {
    const message = queued({ error_code: 'DEADLINE', error_message: 'last time' });
    const { run } = setup(message);

    await run(async () => ({ result: { answer: 42 }, notification_id: 'abc' }));

    const stored = row(message.id);
    expect(stored).toMatchObject({
      status: 'completed',
      result: { answer: 42 },
      notification_id: 'abc',
      attempt: 1,
      processing_completed_at: iso(clock.now()),
      ttl: Math.floor(clock.now() / 1_000) + 7 * 24 * 3_600,
    });
    for (const gone of ['claimed_by', 'lease_until', 'next_due_at', 'due_bucket', 'error_code']) {
      expect(stored).not.toHaveProperty(gone);
    }
  });

  it('logs one line per message, with the metrics of the work', async () => {
    const good = queued();
    const bad = queued();
    const { run, lines } = setup(good, bad);

    await run(async ({ id }, { measure }) => {
      measure(id === good.id ? { NotificationsSent: 1 } : { NotificationsFailed: 1 });
      if (id === bad.id) throw new AppError('unavailable', 'HTTP_5XX', 'down');
      return {};
    });

    expect(lines.map(({ message, fields }) => [message, fields.message_id])).toEqual(
      expect.arrayContaining([
        ['message completed', good.id],
        ['message parked', bad.id],
      ]),
    );
    expect(lines).toHaveLength(2);
    const fieldsOf = (id: string) => lines.find(({ fields }) => fields.message_id === id)?.fields;
    expect(fieldsOf(good.id)).toMatchObject({ NotificationsSent: 1, MessagesProcessed: 1 });
    expect(fieldsOf(bad.id)).toMatchObject({ NotificationsFailed: 1 });
  });

  it('puts children first, with derived ids, and wakes only those that it put', async () => {
    const message = queued();
    const { run, published } = setup(message);
    const spawn = (purpose: string) => ({
      purpose,
      message_type: 'notify' as const,
      payload: { message: purpose },
    });
    const work = async () => ({ children: [spawn('a'), spawn('b'), spawn('a')] });

    await run(work);
    const children = db.rows(TABLE).filter(({ parent_id }) => parent_id === message.id);
    db.put(TABLE, message);
    await clock.advance(SECOND_MS);
    await run(work);

    expect(children).toHaveLength(3);
    expect(children[0]).toMatchObject({
      hop_count: 1,
      created_by: 'processor',
      requested_by: message.requested_by,
      correlation_id: message.correlation_id,
      message_type: 'notify',
    });
    expect(db.rows(TABLE)).toHaveLength(4);
    expect(published).toHaveLength(3);
    expect(row(message.id)?.status).toBe('completed');
  });

  it('fails a message at the 25th hop before it puts a child (F25)', async () => {
    const message = queued({ hop_count: 24 });
    const { run } = setup(message);

    await run(async () => ({
      children: [{ purpose: 'a', message_type: 'notify', payload: { message: 'a' } }],
    }));

    expect(row(message.id)).toMatchObject({ status: 'failed', error_code: 'HOPS_EXCEEDED' });
    expect(db.rows(TABLE)).toHaveLength(1);
  });

  it.each<{ kind: ErrorKind; status: Message['status'] }>([
    { kind: 'invalid', status: 'failed' },
    { kind: 'unauthorized', status: 'failed' },
    { kind: 'not-found', status: 'failed' },
    { kind: 'conflict', status: 'failed' },
    { kind: 'unavailable', status: 'queued' },
  ])(
    'acknowledges work that throws $kind and leaves it $status (F13)',
    async ({ kind, status }) => {
      const message = queued();
      const { run, lines } = setup(message);

      const results = await run(async () => {
        throw new AppError(kind, 'NTFY_SOME', 'some sentence');
      });

      expect(results).toMatchObject([{ status: 'fulfilled' }]);
      expect(row(message.id)).toMatchObject({
        status,
        error_code: 'NTFY_SOME',
        error_message: 'some sentence',
      });
      expect(lines.filter(({ level }) => level !== 'info')).toHaveLength(1);
    },
  );

  it.each([
    { retry_count: 0, minutes: 1 },
    { retry_count: 1, minutes: 2 },
    { retry_count: 2, minutes: 4 },
    { retry_count: 3, minutes: 8 },
    { retry_count: 4, minutes: 15 },
    { retry_count: 400, minutes: 15 },
  ])('parks for $minutes minutes after $retry_count parkings', async ({ retry_count, minutes }) => {
    const message = queued({ retry_count, strikes: 3 });
    const { run } = setup(message);

    await run(async () => {
      throw new AppError('unavailable', 'HTTP_5XX', 'down');
    });

    const until = iso(clock.now() + minutes * MINUTE_MS);
    expect(row(message.id)).toMatchObject({
      status: 'queued',
      strikes: 0,
      retry_count: retry_count + 1,
      not_before: until,
      next_due_at: until,
      due_bucket: 'due',
    });
  });

  it('waits for a Retry-After that is longer than the backoff, but not beyond `valid_until`', async () => {
    const long = queued();
    const short = queued({ valid_until: iso(clock.now() + 2 * MINUTE_MS) });
    const { run } = setup(long, short);

    await run(async () => {
      throw new AppError('unavailable', 'HTTP_5XX', 'down', { retryAfterMs: 20 * MINUTE_MS });
    });

    expect(row(long.id)?.not_before).toBe(iso(clock.now() + 20 * MINUTE_MS));
    expect(row(short.id)?.not_before).toBe(short.valid_until);
  });

  it('parks for exactly the wait that the work names', async () => {
    const message = queued({ retry_count: 4 });
    const { run } = setup(message);

    await run(async () => {
      throw new AppError('unavailable', 'HTTP_5XX', 'down', {
        parkForMs: 3 * SECOND_MS,
        retryAfterMs: 20 * MINUTE_MS,
      });
    });

    expect(row(message.id)).toMatchObject({
      not_before: iso(clock.now() + 3 * SECOND_MS),
      retry_count: 5,
    });
  });

  describe.each([
    {
      ending: 'fails',
      error: new AppError('conflict', 'NTFY_SOME', 'taken'),
      ended: { status: 'failed', error_code: 'NTFY_SOME' },
    },
    {
      ending: 'is held',
      error: new AppError('unavailable', 'CIRCUIT_OPEN', 'open', { heldBy: 'ntfy' }),
      ended: { status: 'queued', due_bucket: 'held-ntfy' },
    },
    {
      ending: 'is parked',
      error: new AppError('unavailable', 'HTTP_5XX', 'down'),
      ended: { status: 'queued', due_bucket: 'due', error_code: 'HTTP_5XX' },
    },
  ])('work that $ending', ({ error, ended }) => {
    const push = { purpose: 'push', message_type: 'notify', payload: { message: 'look' } } as const;

    it('puts its children once, however often it runs', async () => {
      const message = queued();
      const { run, published } = setup(message);

      await run(async () => ({ error, children: [push] }));
      db.put(TABLE, message);
      await clock.advance(SECOND_MS);
      await run(async () => ({ error, children: [push] }));

      expect(row(message.id)).toMatchObject(ended);
      expect(db.rows(TABLE)).toHaveLength(2);
      expect(published).toHaveLength(1);
    });

    it('keeps its reason when its children are not allowed', async () => {
      const message = queued({ hop_count: 24 });
      const { run, lines } = setup(message);

      await run(async () => ({ error, children: [push] }));

      expect(row(message.id)).toMatchObject(ended);
      expect(db.rows(TABLE)).toHaveLength(1);
      expect(lines.map(({ message: sentence }) => sentence)).toContain('children not put');
    });
  });

  it('holds a message for a flag or a service, at most until it expires (F28)', async () => {
    const message = queued({ strikes: 2 });
    const { run, lines } = setup(message);

    await run(async () => {
      throw new AppError('unavailable', 'CIRCUIT_OPEN', 'open', { heldBy: 'ntfy' });
    });

    expect(row(message.id)).toMatchObject({
      status: 'queued',
      strikes: 0,
      retry_count: 0,
      due_bucket: 'held-ntfy',
      next_due_at: message.valid_until,
    });
    expect(row(message.id)).not.toHaveProperty('not_before');
    expect(lines).toMatchObject([{ level: 'info', message: 'message held' }]);
  });

  it('parks a message after a bug with its strike and one error line, and completes the others', async () => {
    const messages = Array.from({ length: 10 }, () => queued());
    const [broken] = messages as [Message, ...Message[]];
    const { run, lines } = setup(...messages);

    const results = await run(async ({ id }) => {
      if (id === broken.id) throw new TypeError('a bug');
      return {};
    });

    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(row(broken.id)).toMatchObject({ status: 'queued', strikes: 1, error_code: 'INTERNAL' });
    expect(row(broken.id)?.error_message).not.toContain('a bug');
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    const others = messages.slice(1).map(({ id }) => row(id)?.status);
    expect(new Set(others)).toEqual(new Set(['completed']));
  });

  it.each([
    { says: 'a number that is none', result: { average: Number.NaN } },
    { says: 'more than 8 KB', result: { text: 'x'.repeat(8 * 1024) } },
    { says: 'a date', result: { at: new Date(0) } },
    { says: 'a set without members', result: { of: new Set() } },
  ])(
    'parks with its strike what completes with a result that a row may not hold: $says (I6)',
    async ({ result }) => {
      const message = queued();
      const { run, lines } = setup(message);

      const [settled] = await run(async () => ({ result }));

      expect(settled?.status).toBe('fulfilled');
      expect(row(message.id)).toMatchObject({
        status: 'queued',
        strikes: 1,
        error_code: 'INTERNAL',
      });
      expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    },
  );

  it('stores the beginning of an error message that is too long for a row (I6)', async () => {
    const message = queued();
    const { run } = setup(message);

    const [settled] = await run(async () => {
      throw new AppError('invalid', 'INVALID_PAYLOAD', 'wrong: '.repeat(100_000));
    });

    expect(settled?.status).toBe('fulfilled');
    expect(row(message.id)).toMatchObject({ status: 'failed', error_code: 'INVALID_PAYLOAD' });
    expect(row(message.id)?.error_message).toMatch(/^wrong: .{990,992}…$/);
  });

  it('reports a call that the deadline ended as DEADLINE, whichever timer fired first (F16)', async () => {
    const message = queued();
    const { run, lines } = setup(message);

    await run(async () => {
      throw new AppError('unavailable', 'HTTP_DEADLINE', 'cut short', { retryable: false });
    });

    expect(row(message.id)).toMatchObject({ status: 'queued', strikes: 1, error_code: 'DEADLINE' });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('fails a message with a child that is too large before it puts a child (F05)', async () => {
    const message = queued();
    const { run } = setup(message);
    const child = (bytes: number) => ({
      purpose: 'push',
      message_type: 'notify' as const,
      payload: { message: 'é'.repeat(bytes / 2) },
    });

    await run(async () => ({ children: [child(2), child(65_536)] }));

    expect(row(message.id)).toMatchObject({ status: 'failed', error_code: 'INVALID_PAYLOAD' });
    expect(db.rows(TABLE)).toHaveLength(1);
  });

  it('fails with the path of the problem when a child has a tag with a comma', async () => {
    const message = queued();
    const { run } = setup(message);
    const payload = { message: 'Done', tags: ['tada', 'a,b'] };

    await run(async () => ({ children: [{ purpose: 'push', message_type: 'notify', payload }] }));

    expect(row(message.id)).toMatchObject({
      status: 'failed',
      error_code: 'INVALID_PAYLOAD',
      error_message:
        'the payload is not valid for message_type notify: payload.tags.1 must not contain a comma: each tag is an element of its own',
    });
    expect(db.rows(TABLE)).toHaveLength(1);
  });

  it('handles work that throws synchronously (F11)', async () => {
    const message = queued();
    const { run } = setup(message);

    await run(() => {
      throw new TypeError('at once');
    });

    expect(row(message.id)?.error_code).toBe('INTERNAL');
  });

  it('fails a message after eight runs that ended in a bug', async () => {
    const message = queued();
    const { run } = setup(message);
    const work = vi.fn(async (): Promise<Outcome> => {
      throw new TypeError('a bug');
    });

    for (let round = 0; round < 12; round += 1) {
      await run(work);
      await clock.advance(16 * MINUTE_MS);
    }

    expect(work).toHaveBeenCalledTimes(8);
    expect(row(message.id)).toMatchObject({
      status: 'failed',
      error_code: 'ATTEMPTS_EXHAUSTED',
      error_message: 'gave up after 8 attempts; last: INTERNAL',
    });
  });

  it('aborts the work at its deadline, parks the message with a strike, and ends before the function is killed (F16)', async () => {
    const message = queued();
    const { run, lines } = setup(message);
    let aborted = false;
    const startMs = clock.now();

    const running = run(async (_message, { signal, deadlineMs }) => {
      expect(deadlineMs).toBeLessThan(startMs + TIMEOUT_MS);
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      await clock.sleep(10 * TIMEOUT_MS, signal);
      return {};
    });
    await clock.advance(TIMEOUT_MS - SECOND_MS);
    await running;

    expect(aborted).toBe(true);
    expect(row(message.id)).toMatchObject({ status: 'queued', strikes: 1, error_code: 'DEADLINE' });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('uses the result of work that ends just after the deadline (F16)', async () => {
    const message = queued();
    const { run, lines } = setup(message);

    const running = run(async (_message, { signal }) => {
      await clock.sleep(TIMEOUT_MS, signal).catch(() => {});
      throw new AppError('unavailable', 'HTTP_TIMEOUT', 'no answer');
    });
    await clock.advance(TIMEOUT_MS - SECOND_MS);
    await running;

    expect(row(message.id)).toMatchObject({ strikes: 0, error_code: 'HTTP_TIMEOUT' });
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not wait for work that ignores the abort', async () => {
    const message = queued();
    const { run } = setup(message);

    const running = run(() => new Promise(() => {}));
    await clock.advance(TIMEOUT_MS - SECOND_MS);
    await running;

    expect(row(message.id)).toMatchObject({ status: 'queued', error_code: 'DEADLINE' });
  });

  it('runs messages with a strike alone, one at a time, after the others have settled', async () => {
    const suspects = [queued({ strikes: 1 }), queued({ strikes: 7 })];
    const fresh = [queued(), queued()];
    const { run } = setup(...suspects, ...fresh);
    const running = new Set<string>();
    const seen: Record<string, number> = {};

    const batch = run(async ({ id }) => {
      running.add(id);
      await clock.sleep(SECOND_MS);
      seen[id] = running.size;
      running.delete(id);
      return {};
    });
    await clock.advance(10 * SECOND_MS);
    await batch;

    expect(fresh.map(({ id }) => seen[id])).toEqual([2, 1]);
    expect(suspects.map(({ id }) => seen[id])).toEqual([1, 1]);
  });

  it('writes nothing when it lost the claim (F15)', async () => {
    const message = queued();
    const { run, lines } = setup(message);

    await run(async ({ id }) => {
      db.put(TABLE, { ...(row(id) as Message), claimed_by: 'another', attempt: 2 });
      return { children: [] };
    });

    expect(row(message.id)).toMatchObject({ status: 'processing', claimed_by: 'another' });
    expect(lines).toMatchObject([{ level: 'warn', message: 'claim lost' }]);
  });

  it('stops before the effect when `recordSendStarted` finds that the claim is lost', async () => {
    const message = queued();
    const { run } = setup(message);
    const effect = vi.fn();

    await run(async ({ id }, { recordSendStarted }) => {
      db.put(TABLE, { ...(row(id) as Message), claimed_by: 'another', attempt: 2 });
      await recordSendStarted();
      effect();
      return {};
    });

    expect(effect).not.toHaveBeenCalled();
    expect(row(message.id)).toMatchObject({ claimed_by: 'another' });
  });
});

describe('a consumer whose store fails', () => {
  it('acknowledges the batch with one error line: the rows are due', async () => {
    const messages = [queued(), queued(), queued()];
    const { run, lines } = setup(...messages);
    wire.decide(() => ({ kind: 'fail-before' }));

    const results = await run(done);

    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(lines).toMatchObject([{ level: 'error', fields: { records: 3 } }]);
    for (const message of messages) expect(row(message.id)).toEqual(message);
  });

  it('recognises its own claim and its own result when their responses were lost', async () => {
    const message = queued();
    const { run, lines } = setup(message);
    wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'applied-twice' } : undefined,
    );
    const work = vi.fn(done);

    await run(work);

    expect(work).toHaveBeenCalledOnce();
    expect(row(message.id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(lines).toMatchObject([{ message: 'message completed' }]);
  });

  it('runs a message once when a batch contains it twice (F14)', async () => {
    const message = queued();
    const { run } = setup(message);
    const work = vi.fn(done);

    await run(work, [wakeUp(message), { ...wakeUp(message), messageId: 'another record' }]);

    expect(work).toHaveBeenCalledOnce();
  });

  it('does not complete a message whose child could not be put', async () => {
    const message = queued();
    const { run, lines } = setup(message);
    wire.decide(({ name }) => (name === 'dynamodb:PutItem' ? { kind: 'fail-before' } : undefined));
    const payload = { message: 'Water the plants' };

    const [settled] = await run(async () => ({
      children: [{ purpose: 'push', message_type: 'notify', payload }],
    }));

    expect(settled?.status).toBe('fulfilled');
    expect(row(message.id)).toMatchObject({ status: 'processing', strikes: 1 });
    expect(lines).toMatchObject([
      { message: 'store unavailable, records acknowledged, sweeper wakes the messages' },
    ]);
  });

  it.each([
    { says: 'at the end of its lease', lateMs: TIMEOUT_MS + 30_000 },
    { says: 'long after', lateMs: 2 * TIMEOUT_MS },
  ])('puts no child $says (F15)', async ({ lateMs: byMs }) => {
    const message = queued();
    setup(message);
    const log = capturingLog();
    let lateMs = 0;
    const publisher = { publish: async () => {}, publishAll: async () => new Set<string>() };
    const options = {
      consumer: 'processor',
      invocation: 'a frozen one',
      killedAtMs: clock.now() + TIMEOUT_MS,
      log,
      clock: { ...clock, now: () => clock.now() + lateMs },
      publisher,
    } as const;

    await consume([wakeUp(message)], options, async () => {
      lateMs = byMs;
      const payload = { message: 'too late' };
      return { children: [{ purpose: 'push', message_type: 'notify', payload }] };
    });

    expect(db.rows(TABLE)).toHaveLength(1);
    expect(log.lines).toMatchObject([{ message: 'claim lost' }]);
  });

  it('gives 2 to 50 concurrent deliveries of one message one run (F14)', async () => {
    for (const deliveries of [2, 10, 50]) {
      const message = queued();
      const { run } = setup(message);
      const work = vi.fn(done);

      await Promise.all(Array.from({ length: deliveries }, () => run(work)));

      expect(work).toHaveBeenCalledOnce();
      expect(row(message.id)).toMatchObject({ status: 'completed', attempt: 1 });
    }
  });
});
