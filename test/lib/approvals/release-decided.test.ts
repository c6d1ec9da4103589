import { beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { releaseDecided } from '#lib/approvals/release-decided.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const TABLE = env('APPROVALS_TABLE');
const world = engineWorld();
const { clock, db, deps, log, published, row } = world;
beforeEach(() => world.reset());

let count = 0;
/** A message that is held for an approval. @returns the ids of both */
const given = (approval: Partial<Approval> = {}, overrides: Partial<Message> = {}) => {
  count += 1;
  const id = `appr_${count}`;
  const validUntil = iso(clock.now() + 60 * MINUTE_MS);
  const message = aMessage({
    status: 'queued',
    message_type: 'web_action',
    nowMs: clock.now(),
    valid_until: validUntil,
    next_due_at: validUntil,
    due_bucket: 'held-approval',
    approval_id: id,
    ...overrides,
  });
  world.given(message);
  db.put(
    TABLE,
    anApproval({
      id,
      message_id: message.id,
      expires_at: iso(clock.now() + MINUTE_MS),
      ...approval,
    }),
  );
  return { id: message.id, approvalId: id };
};

const tick = (budgetMs = 50 * SECOND_MS) =>
  releaseDecided({ ...deps, deadlineMs: clock.now() + budgetMs });
const bucket = (id: string) => row(id)?.due_bucket;
const approval = (id: string) => db.get<Approval>(TABLE, { id });

describe('the sweeper', () => {
  it.each(['approved', 'denied', 'expired', 'used'] as const)(
    'releases a message whose approval is %s, once',
    async (status) => {
      const { id } = given({ status });

      expect(await tick()).toBe(1);
      expect(await tick()).toBe(0);
      expect(bucket(id)).toBe('due');
      expect(published).toEqual([id]);
    },
  );

  it('leaves a message whose approval waits for a decision', async () => {
    const { id, approvalId } = given();

    expect(await tick()).toBe(0);
    expect(bucket(id)).toBe('held-approval');
    expect(approval(approvalId)?.status).toBe('pending');
  });

  it('expires an approval whose time is over, and then releases its message', async () => {
    const { id, approvalId } = given({ expires_at: iso(clock.now()) });

    expect(await tick()).toBe(1);
    expect(approval(approvalId)?.status).toBe('expired');
    expect(bucket(id)).toBe('due');
  });

  it('does not release the message when the approval cannot be expired, and retries that', async () => {
    const { id, approvalId } = given({ expires_at: iso(clock.now()) });
    world.wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'fail-before' } : undefined,
    );
    await expect(tick()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(bucket(id)).toBe('held-approval');
    world.wire.reset();

    expect(await tick()).toBe(1);
    expect(approval(approvalId)?.status).toBe('expired');
  });

  it('releases a message whose approval is gone, so that its run asks again', async () => {
    const { id } = given({}, { approval_id: 'appr_0' });

    expect(await tick()).toBe(1);
    expect(bucket(id)).toBe('due');
  });

  it('handles each approval alone: an invalid row stops no other', async () => {
    const bad = given({ status: 'approved' });
    const good = given({ status: 'approved' });
    db.put(TABLE, { ...approval(bad.approvalId), title: 5 });

    expect(await tick()).toBe(1);
    expect(bucket(bad.id)).toBe('held-approval');
    expect(bucket(good.id)).toBe('due');
    expect(log.at('error').map(({ fields }) => fields.approval_id)).toEqual([bad.approvalId]);
  });

  it('releases more messages than one batch has', async () => {
    const ids = Array.from({ length: 130 }, () => given({ status: 'approved' }).id);
    const pending = given();

    expect(await tick()).toBe(130);
    expect(ids.filter((id) => bucket(id) === 'due')).toHaveLength(130);
    expect(bucket(pending.id)).toBe('held-approval');
  });

  it('counts a message as released although its wake-up is lost, because it is due', async () => {
    const { id } = given({ status: 'approved' });
    world.setBus('down');

    expect(await tick()).toBe(1);
    expect(bucket(id)).toBe('due');
    expect(log.at('warn')).toHaveLength(1);
  });

  it('begins no batch after its deadline', async () => {
    const { id } = given({ status: 'approved' });

    expect(await tick(0)).toBe(0);
    expect(bucket(id)).toBe('held-approval');
  });
});
