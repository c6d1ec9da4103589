import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  decideApproval,
  expireApproval,
  markApprovalUsed,
} from '#lib/data/approvals/approval-changes.ts';
import { findApproval, findApprovals, putApproval } from '#lib/data/approvals/approvals.ts';
import { documentClient } from '#lib/data/table.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { START_MS } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('APPROVALS_TABLE');
const EXPIRES_MS = START_MS + 30 * MINUTE_MS;

const wire = createWire();
const dynamo = installDynamo(documentClient, { clock: virtualClock(), wire });
beforeEach(() => {
  dynamo.reset();
  wire.reset();
});
afterAll(() => dynamo.uninstall());

const pending = () => anApproval({ id: 'appr_1', expires_at: iso(EXPIRES_MS) });
const yes = { status: 'approved', by: 'user:ada', nowMs: START_MS } as const;

/** The response of every write is lost, and the SDK sends the write again. */
const loseResponses = () => wire.decide(() => ({ kind: 'applied-twice' }));

describe('putting an approval', () => {
  it('stores it', async () => {
    expect(await putApproval(pending())).toEqual(pending());
    expect(dynamo.rows(TABLE)).toEqual([pending()]);
  });

  it('a second time returns the first row as it is now, and changes nothing', async () => {
    await putApproval(pending());
    await decideApproval('appr_1', yes);

    const again = await putApproval({ ...pending(), facts: [], expires_at: iso(START_MS) });

    expect(again).toEqual({
      ...pending(),
      status: 'approved',
      decided_by: 'user:ada',
      decided_at: iso(START_MS),
    });
    expect(dynamo.rows(TABLE)).toEqual([again]);
  });

  it('returns the row when the response was lost', async () => {
    loseResponses();

    expect(await putApproval(pending())).toEqual(pending());
  });
});

describe('reading approvals', () => {
  it('returns undefined for an id that does not exist', async () => {
    expect(await findApproval('appr_1')).toBeUndefined();
  });

  it('leaves out fields that this version does not know', async () => {
    dynamo.put(TABLE, { ...pending(), level: 2 });

    expect(await findApproval('appr_1')).toEqual(pending());
    expect(await putApproval(pending())).toEqual(pending());
    expect(await decideApproval('appr_1', yes)).not.toHaveProperty('level');
  });

  it('returns many in the order of the ids, without those that do not exist', async () => {
    const ids = Array.from({ length: 130 }, (_, n) => `appr_${n}`);
    for (const id of ids) dynamo.put(TABLE, { ...pending(), id });
    dynamo.leaveUnprocessed(40);

    const found = await findApprovals(['appr_x', ...ids.toReversed()]);

    expect(found.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  it('reads many with consistent reads', async () => {
    await putApproval(pending());

    await findApprovals(['appr_1']);

    // One unit is a consistent read of 4 KB. Otherwise it would be a half.
    expect(dynamo.operations.at(-1)).toMatchObject({ command: 'BatchGetItem', readUnits: 1 });
  });
});

describe('a decision', () => {
  it('is stored with who decided, when and why', async () => {
    await putApproval(pending());

    const decided = await decideApproval('appr_1', {
      status: 'denied',
      by: 'user:ada',
      reason: 'too early',
      nowMs: START_MS + 1,
    });

    expect(decided).toEqual({
      ...pending(),
      status: 'denied',
      decided_by: 'user:ada',
      decided_at: iso(START_MS + 1),
      reason: 'too early',
    });
    expect(dynamo.rows(TABLE)).toEqual([decided]);
  });

  it('is made once: the second one changes nothing', async () => {
    await putApproval(pending());
    const first = await decideApproval('appr_1', yes);

    for (const by of ['user:ada', 'user:bob']) {
      const second = { status: 'denied', by, nowMs: START_MS + 1 } as const;
      expect(await decideApproval('appr_1', second)).toBeUndefined();
    }

    expect(dynamo.rows(TABLE)).toEqual([first]);
  });

  it('of one person for both at the same instant stands as it was made first', async () => {
    await putApproval(pending());
    await decideApproval('appr_1', yes);

    expect(await decideApproval('appr_1', { ...yes, status: 'denied' })).toBeUndefined();
  });

  it('is possible until the approval expires, and not at that instant', async () => {
    await putApproval(pending());

    expect(await decideApproval('appr_1', { ...yes, nowMs: EXPIRES_MS })).toBeUndefined();
    expect(await decideApproval('appr_1', { ...yes, nowMs: EXPIRES_MS - 1 })).toMatchObject({
      status: 'approved',
    });
  });

  it('whose response was lost is recognised, also when the approval is used by now', async () => {
    await putApproval(pending());
    loseResponses();

    expect(await decideApproval('appr_1', yes)).toMatchObject({ status: 'approved' });
    await markApprovalUsed('appr_1', pending().arguments_digest);
    expect(await decideApproval('appr_1', yes)).toMatchObject({ status: 'used' });
  });

  it('about an id that does not exist creates no row', async () => {
    expect(await decideApproval('appr_1', yes)).toBeUndefined();
    expect(dynamo.rows(TABLE)).toEqual([]);
  });
});

describe('expiry', () => {
  it('happens at its instant, and not before', async () => {
    await putApproval(pending());

    expect(await expireApproval('appr_1', EXPIRES_MS - 1)).toEqual(pending());
    expect(await expireApproval('appr_1', EXPIRES_MS)).toEqual({ ...pending(), status: 'expired' });
  });

  it('does not change an approval that was decided, and returns it', async () => {
    await putApproval(pending());
    const decided = await decideApproval('appr_1', yes);

    expect(await expireApproval('appr_1', EXPIRES_MS)).toEqual(decided);
    expect(dynamo.rows(TABLE)).toEqual([decided]);
  });

  it('of an id that does not exist creates no row', async () => {
    expect(await expireApproval('appr_1', EXPIRES_MS)).toBeUndefined();
    expect(dynamo.rows(TABLE)).toEqual([]);
  });

  it('ends the time for a decision', async () => {
    await putApproval(pending());
    await expireApproval('appr_1', EXPIRES_MS);

    expect(await decideApproval('appr_1', yes)).toBeUndefined();
  });

  it('whose response was lost is recognised', async () => {
    await putApproval(pending());
    loseResponses();

    expect(await expireApproval('appr_1', EXPIRES_MS)).toMatchObject({ status: 'expired' });
  });
});

describe('use', () => {
  it.each(['pending', 'denied', 'expired'] as const)(
    'is refused while it is %s',
    async (status) => {
      dynamo.put(TABLE, { ...pending(), status });

      expect(await markApprovalUsed('appr_1', pending().arguments_digest)).toBeUndefined();
      expect(await findApproval('appr_1')).toMatchObject({ status });
    },
  );

  it('is refused for another input', async () => {
    dynamo.put(TABLE, { ...pending(), status: 'approved' });

    expect(await markApprovalUsed('appr_1', 'another')).toBeUndefined();
  });

  it('is repeated by a replay with the same input only', async () => {
    dynamo.put(TABLE, { ...pending(), status: 'approved' });
    const digest = pending().arguments_digest;

    expect(await markApprovalUsed('appr_1', digest)).toMatchObject({ status: 'used' });
    expect(await markApprovalUsed('appr_1', digest)).toMatchObject({ status: 'used' });
    expect(await markApprovalUsed('appr_1', 'another')).toBeUndefined();
  });
});

it.each([
  ['putting', () => putApproval(pending())],
  ['reading', () => findApproval('appr_1')],
  ['reading many', () => findApprovals(['appr_1'])],
  ['a decision', () => decideApproval('appr_1', yes)],
  ['expiry', () => expireApproval('appr_1', EXPIRES_MS)],
  ['use', () => markApprovalUsed('appr_1', pending().arguments_digest)],
])('%s is unavailable while DynamoDB is', async (_, call) => {
  wire.decide(() => ({ kind: 'fail-before' }));

  await expect(call()).rejects.toMatchObject({ kind: 'unavailable', code: 'STORE_UNAVAILABLE' });
});
