import { describe, expect, it, vi } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { argumentsDigest } from '#lib/approvals/arguments-digest.ts';
import { requireConsent } from '#lib/approvals/consent.ts';
import { factsWithLimit } from '#lib/approvals/facts-with-limit.ts';
import type { Policy } from '#lib/approvals/policy-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import type { RecordedFacts } from '#lib/messages/outcome.ts';
import { checkPayload } from '#lib/messages/payloads.ts';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';

const BOOKING = { action: 'golf', operation: 'book_tee_time', title: 'Book a tee time' };
const INPUT = { course: 'birdsfoot', players: 2, max_total_cents: 9_000 };
const DIGEST = argumentsDigest({ ...BOOKING, input: INPUT });
const ALLOWS_SCHEDULES: Policy = {
  'golf.book_tee_time': { auto_approve: [{ requested_by: 'scheduler' }] },
};

const fire = (overrides: Partial<Message> = {}) =>
  aMessage({
    message_type: 'web_action',
    created_by: 'scheduler',
    requested_by: 'scheduler',
    valid_until: iso(START_MS + 24 * HOUR_MS),
    ...overrides,
  });

/** Asks for consent as `web-action` does, and keeps what is stored in the row of the message. */
const world = (first: Message, { policy = {} }: { policy?: Policy } = {}) => {
  let message = first;
  let nowMs = START_MS;
  const stored = new Map<string, Approval>();
  const change = (id: string, changes: Partial<Approval>) => {
    stored.set(id, { ...storedOne(id), ...changes });
  };
  const storedOne = (id = [...stored.keys()].at(-1)): Approval => {
    const approval = stored.get(id ?? '');
    if (approval === undefined) throw new Error('there is no approval');
    return approval;
  };
  const record = vi.fn(async (facts: RecordedFacts) => {
    message = { ...message, ...facts };
  });
  const expireApproval = vi.fn(async (id: string, atMs: number) => {
    const { status, expires_at } = storedOne(id);
    if (status === 'pending' && expires_at <= iso(atMs)) change(id, { status: 'expired' });
    return storedOne(id);
  });
  const ask = (digest = DIGEST) =>
    requireConsent(
      {
        message,
        operation: BOOKING,
        facts: [
          { label: 'Course', value: 'Birdsfoot' },
          { label: 'Start', value: 'Saturday, March 7, 2026, 8:10 AM' },
        ],
        terms: { course: 'birdsfoot', players: 2, max_total_cents: 9_000 },
        digest,
      },
      {
        clock: { now: () => nowMs },
        policy: current.policy,
        putApproval: async (approval) => {
          if (!stored.has(approval.id)) stored.set(approval.id, approval);
          return storedOne(approval.id);
        },
        expireApproval,
        record,
      },
    );
  const current = {
    ask,
    stored,
    policy,
    record,
    expireApproval,
    storedOne,
    message: () => message,
    wait: (ms: number) => {
      nowMs += ms;
    },
    redrive: (by: string) => {
      const redrives = [...(message.redrives ?? []), { at: iso(nowMs), by, reason: 'again' }];
      message = { ...message, redrives };
    },
    decide: (status: 'approved' | 'denied' | 'used', reason?: string) =>
      change(storedOne().id, {
        status,
        decided_by: 'user:ada',
        decided_at: iso(nowMs),
        ...(reason === undefined ? {} : { reason }),
      }),
  };
  return current;
};

describe('who needs no approval', () => {
  it('a person who posted the input', async () => {
    const { ask, stored } = world(fire({ created_by: 'user:ada', requested_by: 'user:ada' }));

    expect(await ask()).toEqual({ is: 'given', allowedBy: 'own post' });
    expect(stored.size).toBe(0);
  });

  it('a person who posted the input and redrove the message', async () => {
    const { ask, redrive } = world(fire({ created_by: 'user:ada', requested_by: 'user:ada' }));
    redrive('user:bob');

    expect(await ask()).toMatchObject({ is: 'given', allowedBy: 'own post' });
  });

  it('a run that a rule of the policy allows', async () => {
    const { ask, stored } = world(fire(), { policy: ALLOWS_SCHEDULES });

    expect(await ask()).toEqual({ is: 'given', allowedBy: 'policy' });
    expect(stored.size).toBe(0);
  });
});

describe('who needs an approval', () => {
  const post = { created_by: 'user:ada', requested_by: 'user:ada' };

  it.each([
    ['a fire', fire()],
    ['a schedule that a person ran by hand', fire({ requested_by: 'user:ada' })],
    [
      'a child of an own post',
      fire({ created_by: 'web-action', requested_by: 'user:ada', parent_id: 'msg_1' }),
    ],
    ['an assistant over MCP', fire({ created_by: 'mcp', requested_by: 'mcp:desk' })],
    [
      'a schedule that a message executes for a person',
      fire({ requested_by: 'user:ada', parent_id: 'msg_1' }),
    ],
    ['the agent', fire({ created_by: 'agent', requested_by: 'agent:planner' })],
  ])('%s', async (_, message) => {
    expect(await world(message).ask()).toMatchObject({
      is: 'missing',
      error: { code: 'APPROVAL_PENDING' },
    });
  });

  it.each(['agent:planner', 'mcp:desk'])('an own post that %s redrove', async (by) => {
    const { ask, redrive } = world(fire(post));
    redrive(by);
    redrive('user:ada');

    expect(await ask()).toMatchObject({ is: 'missing', error: { code: 'APPROVAL_PENDING' } });
  });

  it('a message whose arguments claim that it is approved', async () => {
    const args = { operation: 'book_tee_time', approved: true, requested_by: 'user:ada' };

    expect(await world(fire({ arguments: args })).ask()).toMatchObject({ is: 'missing' });
  });
});

describe('asking', () => {
  it('holds the message with a push that says what is asked, and that allows nothing itself', async () => {
    const { ask, storedOne, message } = world(fire());

    const consent = await ask();

    const { id } = storedOne();
    expect(message().approval_id).toBe(id);
    expect(consent).toMatchObject({
      is: 'missing',
      error: { kind: 'unavailable', code: 'APPROVAL_PENDING', heldBy: 'approval' },
      children: [
        {
          purpose: `approval-${id}`,
          message_type: 'notify',
          payload: {
            title: 'Allow this? Book a tee time',
            priority: 'high',
            click: expect.stringMatching(new RegExp(`^https?://[^?#]+/approvals/${id}$`)),
          },
        },
      ],
    });
    const [push] = 'children' in consent ? consent.children : [];
    expect(push?.payload.message).toBe(
      [
        'Course: Birdsfoot',
        'Start: Saturday, March 7, 2026, 8:10 AM',
        'At most: $90.00',
        'Asked by a schedule.',
        'Decide within 12 hours, before 00:00 UTC on 2026-03-02.',
      ].join('\n'),
    );
    expect(() => checkPayload('notify', push?.payload)).not.toThrow();
  });

  it.each([
    ['user:5f0c2d1e', 'a person'],
    ['mcp:5f0c2d1e', 'an assistant of a person'],
    ['agent:5f0c2d1e', 'the agent'],
  ])('says who asks without the id of a person: %s', async (requested_by, expected) => {
    const { ask } = world(fire({ requested_by }));

    const consent = await ask();

    const [push] = 'children' in consent ? consent.children : [];
    expect(push?.payload.message).toContain(`Asked by ${expected}.`);
    expect(push?.payload.message).not.toContain('5f0c2d1e');
  });

  it('stores one approval however often the message runs', async () => {
    const { ask, stored, record, wait } = world(fire());

    const first = await ask();
    wait(MINUTE_MS);
    const second = await ask();

    expect(second).toEqual(first);
    expect(stored.size).toBe(1);
    expect(record).toHaveBeenCalledTimes(1);
  });

  it('stores the id again after a crash between approval and row', async () => {
    const { ask, stored, record, message } = world(fire());
    record.mockRejectedValueOnce(new Error('killed'));

    await expect(ask()).rejects.toThrow('killed');
    await ask();

    expect(stored.size).toBe(1);
    expect(message().approval_id).toBe([...stored.keys()][0]);
  });

  it.each([
    ['30 minutes', { requested_by: 'mcp:desk' }, 30 * MINUTE_MS],
    ['12 hours for a schedule', {}, 12 * HOUR_MS],
    ['30 minutes for a schedule that a person ran', { requested_by: 'user:ada' }, 30 * MINUTE_MS],
    [
      'until 5 minutes before the message expires',
      { valid_until: iso(START_MS + 20 * MINUTE_MS) },
      15 * MINUTE_MS,
    ],
  ])('leaves %s', async (_, overrides, validMs) => {
    const { ask, storedOne } = world(fire(overrides));
    await ask();

    expect(storedOne().expires_at).toBe(iso(START_MS + validMs));
  });

  it('fails at once when no time is left for a decision', async () => {
    const { ask, storedOne } = world(fire({ valid_until: iso(START_MS + 5 * MINUTE_MS) }));

    const consent = await ask();

    expect(storedOne().status).toBe('expired');
    expect(consent).toMatchObject({
      is: 'missing',
      error: { code: 'APPROVAL_EXPIRED' },
      children: [{ purpose: `approval-expired-${storedOne().id}` }],
    });
  });

  it('asks again for another input', async () => {
    const { ask, stored } = world(fire());
    await ask();
    await ask(argumentsDigest({ ...BOOKING, input: { ...INPUT, players: 4 } }));

    expect(stored.size).toBe(2);
  });
});

it('states the limit once, even if the operation states it', () => {
  const facts = [{ label: 'At most', value: '$90.00 in total, tax included' }];

  expect(factsWithLimit({ facts, max_total_cents: 9_000 })).toEqual(facts);
  expect(factsWithLimit({ facts: [], max_total_cents: 9_000 })).toEqual([
    { label: 'At most', value: '$90.00' },
  ]);
  expect(factsWithLimit({ facts: [] })).toEqual([]);
});

describe('the answer', () => {
  it('of a yes is the person and the approval to use', async () => {
    const { ask, decide, storedOne, wait } = world(fire());
    await ask();
    decide('approved');
    // The message is released later than the approval would have expired.
    wait(13 * HOUR_MS);

    expect(await ask()).toEqual({ is: 'given', allowedBy: 'user:ada', approval: storedOne() });
  });

  it('of a yes that this message has used is still a yes', async () => {
    const { ask, decide } = world(fire());
    await ask();
    decide('used');

    expect(await ask()).toMatchObject({ is: 'given', allowedBy: 'user:ada' });
  });

  it('of a no is a failure that names the person and the reason, without a push', async () => {
    const { ask, decide } = world(fire());
    await ask();
    decide('denied', 'it will rain');

    expect(await ask()).toMatchObject({
      is: 'missing',
      error: {
        kind: 'unauthorized',
        code: 'APPROVAL_DENIED',
        message: 'user:ada denied it: it will rain',
      },
      children: [],
    });
  });

  it('of nobody is a failure with one push', async () => {
    const { ask, storedOne, wait } = world(fire());
    await ask();
    wait(12 * HOUR_MS);

    const first = await ask();
    const second = await ask();

    expect(storedOne().status).toBe('expired');
    expect(first).toMatchObject({
      is: 'missing',
      error: { kind: 'unauthorized', code: 'APPROVAL_EXPIRED' },
      children: [
        { purpose: `approval-expired-${storedOne().id}`, payload: { priority: 'default' } },
      ],
    });
    expect(second).toEqual(first);
  });

  it('is the decision of a person who was faster than the end of the time', async () => {
    const { ask, decide, expireApproval, storedOne, wait } = world(fire());
    await ask();
    expireApproval.mockImplementationOnce(async () => {
      decide('denied');
      return storedOne();
    });
    wait(12 * HOUR_MS);

    expect(await ask()).toMatchObject({ is: 'missing', error: { code: 'APPROVAL_DENIED' } });
  });

  it('is not replaced by a policy that was loosened in the meantime', async () => {
    const current = world(fire());
    await current.ask();
    current.decide('denied');
    current.policy = ALLOWS_SCHEDULES;

    expect(await current.ask()).toMatchObject({
      is: 'missing',
      error: { code: 'APPROVAL_DENIED' },
    });
  });

  it('is asked for again after a redrive', async () => {
    const { ask, decide, stored, storedOne, redrive, wait, message } = world(fire());
    await ask();
    decide('denied');
    wait(MINUTE_MS);
    redrive('user:ada');

    expect(await ask()).toMatchObject({ is: 'missing', error: { code: 'APPROVAL_PENDING' } });
    expect(stored.size).toBe(2);
    expect(message().approval_id).toBe(storedOne().id);
  });
});

describe('the digest of a call', () => {
  it('is the same for properties in another order, also inside', () => {
    const a = { action: 'http', operation: 'call', input: { body: { a: 1, b: [1, 2] }, x: 'y' } };
    const b = { action: 'http', operation: 'call', input: { x: 'y', body: { b: [1, 2], a: 1 } } };

    expect(argumentsDigest(a)).toBe(argumentsDigest(b));
  });

  it.each([
    { ...INPUT, players: 3 },
    { ...INPUT, players: '2' },
    { ...INPUT, holes: null },
    [INPUT],
  ])('is another one for another input: %o', (input) => {
    expect(argumentsDigest({ ...BOOKING, input })).not.toBe(DIGEST);
  });

  it('is another one for another operation', () => {
    expect(argumentsDigest({ ...BOOKING, operation: 'cancel', input: INPUT })).not.toBe(DIGEST);
  });
});
