import { beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { decideAndRelease } from '#lib/approvals/decide-and-release.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const TABLE = env('APPROVALS_TABLE');
const YES = { status: 'approved', by: 'user:ada' } as const;
const NO = { status: 'denied', by: 'user:bob', reason: 'it will rain' } as const;

const world = engineWorld();
const { clock, db, deps, row } = world;
beforeEach(() => world.reset());

/** A message that waits for an approval, and its approval. */
const given = (overrides: Partial<Approval> = {}) => {
  const validUntil = iso(clock.now() + 60 * MINUTE_MS);
  const message = aMessage({
    status: 'queued',
    message_type: 'web_action',
    nowMs: clock.now(),
    valid_until: validUntil,
    next_due_at: validUntil,
    due_bucket: 'held-approval',
    approval_id: 'appr_1',
  });
  const approval = anApproval({
    id: 'appr_1',
    message_id: message.id,
    expires_at: iso(clock.now() + 30 * MINUTE_MS),
    ...overrides,
  });
  world.given(message);
  db.put(TABLE, approval);
  return { message, approval };
};

const stored = () => db.get<Approval>(TABLE, { id: 'appr_1' });

describe('a decision', () => {
  it.each([YES, NO])(
    'is stored with its person, and wakes the message: $status',
    async (decision) => {
      const { message, approval } = given();

      const decided = await decideAndRelease('appr_1', decision, deps);

      const expected = {
        ...approval,
        status: decision.status,
        decided_by: decision.by,
        decided_at: iso(clock.now()),
        ...('reason' in decision ? { reason: decision.reason } : {}),
      };
      expect(decided).toEqual(expected);
      expect(stored()).toEqual(expected);
      expect(row(message.id)).toMatchObject({ status: 'queued', due_bucket: 'due' });
      expect(world.published).toEqual([message.id]);
    },
  );

  it('stands when the message cannot be released, which is left to the sweeper', async () => {
    const { message } = given();
    let updates = 0;
    world.wire.decide(({ name }) => {
      if (name === 'dynamodb:UpdateItem') updates += 1;
      return updates === 2 ? { kind: 'fail-before' } : undefined;
    });

    expect(await decideAndRelease('appr_1', YES, deps)).toMatchObject({ status: 'approved' });
    expect(stored()?.status).toBe('approved');
    expect(row(message.id)?.due_bucket).toBe('held-approval');
    expect(world.log.at('warn')).toHaveLength(1);
  });

  it('stands when the wake-up cannot be published', async () => {
    const { message } = given();
    world.setBus('down');

    expect(await decideAndRelease('appr_1', YES, deps)).toMatchObject({ status: 'approved' });
    expect(row(message.id)?.due_bucket).toBe('due');
  });

  it('does not change a message that is not held for an approval', async () => {
    const { message } = given();
    const running = { ...aMessage({ status: 'processing' }), id: message.id };
    world.given(running);

    await decideAndRelease('appr_1', YES, deps);

    expect(row(message.id)).toEqual(running);
    expect(world.published).toEqual([]);
  });

  it('is refused after another one, with the person and the time of that one', async () => {
    given();
    await decideAndRelease('appr_1', NO, deps);
    const decidedAt = iso(clock.now());
    await clock.advance(1);

    for (const decision of [YES, NO]) {
      await expect(decideAndRelease('appr_1', decision, deps)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'APPROVAL_DECIDED',
        message: `user:bob denied it at ${decidedAt}`,
      });
    }
    expect(stored()?.status).toBe('denied');
  });

  it('is refused after the approval was used', async () => {
    given({ status: 'used', decided_by: 'user:ada', decided_at: iso(clock.now()) });

    await expect(decideAndRelease('appr_1', NO, deps)).rejects.toMatchObject({
      code: 'APPROVAL_DECIDED',
      message: `user:ada approved it at ${iso(clock.now())}`,
    });
  });

  it.each([
    ['pending until now', { expires_at: iso(clock.now()) }],
    ['expired', { status: 'expired' }],
  ] as const)('is refused when the approval is %s', async (_, overrides) => {
    const { message } = given(overrides);

    await expect(decideAndRelease('appr_1', YES, deps)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'APPROVAL_EXPIRED',
    });
    expect(row(message.id)?.due_bucket).toBe('held-approval');
  });

  it('is refused when there is no such approval', async () => {
    await expect(decideAndRelease('appr_1', YES, deps)).rejects.toMatchObject({
      kind: 'not-found',
      code: 'APPROVAL_NOT_FOUND',
    });
  });

  it('is made by one of two people at the same time', async () => {
    given();

    const both = await Promise.allSettled([
      decideAndRelease('appr_1', YES, deps),
      decideAndRelease('appr_1', NO, deps),
    ]);

    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(world.published).toHaveLength(1);
  });
});
