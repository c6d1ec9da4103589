import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Claimed,
  claim,
  complete,
  markSendStarted,
  ownsClaim,
} from '#lib/data/messages/message-runs.ts';
import { find, markRedriven } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, row } = world;
beforeEach(() => world.reset());

const given = (fields: Partial<Message>): Message => {
  const message = aMessage({ nowMs: clock.now() - MINUTE_MS, ...fields });
  world.given(message);
  return message;
};
const take = ({ id }: Message) =>
  claim(id, { claimedBy: 'me', nowMs: clock.now(), leaseUntilMs: clock.now() + MINUTE_MS });
const running = (fields: Partial<Message> = {}) =>
  given({ status: 'processing', claimed_by: 'me', attempt: 3, ...fields });
const asMine = (message: Message): Claimed => ({
  ...message,
  claimed_by: 'me',
  attempt: 3,
  lease_until: iso(clock.now() + MINUTE_MS),
});

describe('claim', () => {
  it.each([
    { says: 'struck out', fields: { status: 'queued', strikes: 8 } },
    { says: 'too early', fields: { status: 'queued', not_before: iso(clock.now() + 1) } },
    {
      says: 'in a lease that ends now',
      fields: { status: 'processing', lease_until: iso(clock.now()) },
    },
  ] as const)('refuses what is $says', async ({ fields }) => {
    const message = given(fields);

    expect(await take(message)).toBeUndefined();
    expect(row(message.id)).toEqual(message);
  });

  it.each([
    { says: 'seven strikes', fields: { status: 'queued', strikes: 7 } },
    {
      says: 'a lease that is over',
      fields: { status: 'processing', lease_until: iso(clock.now() - 1) },
    },
  ] as const)('takes what has $says', async ({ fields }) => {
    expect(await take(given(fields))).toMatchObject({ claimed_by: 'me' });
  });

  it('removes `not_before`', async () => {
    const message = given({ status: 'queued', not_before: iso(clock.now()) });

    await take(message);

    expect(row(message.id)).not.toHaveProperty('not_before');
  });
});

describe('the fence', () => {
  it.each([
    { says: 'somebody else has it', fields: { claimed_by: 'another' } },
    { says: 'a later attempt has it', fields: { attempt: 4 } },
    { says: 'nobody runs it', fields: { status: 'queued' } },
  ] as const)('refuses to complete when $says (F15)', async ({ fields }) => {
    const message = running(fields);

    expect(await complete(asMine(message), {}, clock.now())).toBe(false);
    expect(row(message.id)).toEqual(message);
  });

  it('removes the fields of waiting messages from a terminal row', async () => {
    const message = running({ not_before: iso(clock.now()) });

    await complete(asMine(message), {}, clock.now());

    const ended = row(message.id);
    for (const name of ['not_before', 'next_due_at', 'due_bucket', 'claimed_by', 'lease_until']) {
      expect(ended).not.toHaveProperty(name);
    }
  });

  it('keeps `send_started` of an earlier run (F33)', async () => {
    const first = iso(clock.now() - MINUTE_MS);
    const message = running({ send_started: first });

    expect(await markSendStarted(asMine(message), clock.now())).toBe(true);

    expect(row(message.id)?.send_started).toBe(first);
  });
});

describe('the store', () => {
  it('reads one message with a consistent read', async () => {
    const { id } = given({});
    world.db.operations.length = 0;

    await find(id);

    expect(world.db.operations).toMatchObject([{ command: 'GetItem', readUnits: 1 }]);
  });

  it('does not report a refused request as an outage, because it is a bug', async () => {
    const refused = Object.assign(new Error('refused'), {
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    world.wire.decide(() => ({ kind: 'fail-before', error: refused }));

    await expect(find('some')).rejects.toBe(refused);
  });

  it('does not redrive a message that changed since it was read', async () => {
    const before = given({ status: 'failed' });
    const since = { ...before, updated_date: iso(clock.now()) };
    world.given(since);

    const redriven = await markRedriven(before, { by: 'me', reason: 'some', nowMs: clock.now() });

    expect(redriven).toBeUndefined();
    expect(row(before.id)).toEqual(since);
  });
});

describe('whether a run still owns its claim', () => {
  const leased = () => running({ lease_until: iso(clock.now() + MINUTE_MS) });

  it.each([
    ['owns it', {}, true],
    ['does not own it when another run has it', { claimed_by: 'another', attempt: 4 }, false],
    ['does not own it when it was parked', { status: 'queued' as const }, false],
    ['does not own it when the lease is over', { lease_until: iso(clock.now()) }, false],
  ])('%s', async (_what, fields, isOwned) => {
    const message = leased();
    world.given({ ...message, ...fields });

    expect(await ownsClaim(asMine(message), clock)).toBe(isOwned);
  });

  it('is false when the lease ends while the answer is on its way', async () => {
    const message = leased();
    world.wire.decide(() => ({ kind: 'hang', at: 'after' }));
    const asking = ownsClaim(asMine(message), clock);
    await clock.advance(MINUTE_MS);
    world.wire.thaw();

    expect(await asking).toBe(false);
  });
});
