import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Effect, Quota } from '#lib/effects/effect-schema.ts';
import type { EffectChange, QuotaChange } from '#lib/effects/effect-store.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { START_MS } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { anEffect } from '#test/support/effects.ts';
import { createWire, type Fault } from '#test/support/wire.ts';

const EFFECTS = env('EFFECTS_TABLE');
const APPROVALS = env('APPROVALS_TABLE');

/** Only waits advance it. */
let nowMs = START_MS;
const clock: Clock = {
  now: () => nowMs,
  sleep: async (ms) => {
    nowMs += ms;
  },
};
const wire = createWire();
const dynamo = installDynamo(documentClient, { clock, wire });
const { find, write } = effectStore({ clock });
beforeEach(() => {
  nowMs = START_MS;
  dynamo.reset();
  wire.reset();
});
afterAll(() => dynamo.uninstall());

const planned = anEffect();
const sent: Effect = { ...planned, status: 'sent', rev: 2 };
const booking = anEffect({ effect_id: 'eff_booking', status: 'confirmed', rev: 7 });
const undone: Effect = { ...booking, status: 'reversed', rev: 8 };
const approved = anApproval({ status: 'approved' });

const counted: QuotaChange = { keys: ['quota_day', 'quota_week'], add: 1, limits: [1, 3] };
const uncounted: QuotaChange = { keys: ['quota_day', 'quota_week'], add: -1 };
const using = { id: approved.id, from: 'approved', to: 'used', digest: 'digest' } as const;
const all: EffectChange = {
  before: planned,
  after: sent,
  quotas: [counted],
  approval: using,
  reversed: { before: booking, after: undone },
};

const aCounter = (effect_id: string, used: number): Quota => ({ effect_id, used, ttl: 1 });

const store = (...rows: (Effect | Quota | Approval)[]) => {
  for (const row of rows) dynamo.put('effect_id' in row ? EFFECTS : APPROVALS, { ...row });
};
const rows = () => [...dynamo.rows(EFFECTS), ...dynamo.rows(APPROVALS)];
const effectRow = (effect_id: string) => dynamo.get<Effect>(EFFECTS, { effect_id });
const used = (effect_id: string) => dynamo.get<Quota>(EFFECTS, { effect_id })?.used;
const approvalStatus = () => dynamo.get<Approval>(APPROVALS, { id: approved.id })?.status;
const commands = () => dynamo.operations.map(({ command }) => command);

/** The first calls meet these faults. */
const meet = (...faults: Fault[]) => wire.decide(({ n }) => faults[n - 1]);

describe('finding an effect', () => {
  it('returns undefined when there is none', async () => {
    expect(await find('eff_1')).toBeUndefined();
  });

  it('is a consistent read', async () => {
    store(planned);

    expect(await find(planned.effect_id)).toEqual(planned);
    expect(dynamo.operations.at(-1)?.readUnits).toBe(1);
  });

  it('leaves out fields that this version does not know', async () => {
    dynamo.put(EFFECTS, { ...planned, mood: 'hopeful' });

    expect(await find(planned.effect_id)).toEqual(planned);
  });

  it('keeps fields of plans and receipts that this version does not know', async () => {
    const receipt = { id: '1', confirmation: 'AB-12', constructor: 'club' };
    const plan = { known: ['3'], data: { slot: { id: 7 }, lock: 'one' }, total_cents: 8_000 };
    const row: Effect = { ...sent, status: 'confirmed', plan, receipt, receipts: ['1'] };

    await write({ before: undefined, after: row });

    expect(await find(planned.effect_id)).toEqual(row);
  });
});

describe('writing only the row', () => {
  it('is one conditional put', async () => {
    expect(await write({ before: undefined, after: planned })).toEqual([]);
    expect(await write({ before: planned, after: sent, quotas: [] })).toEqual([]);

    expect(rows()).toEqual([sent]);
    expect(commands()).toEqual(['PutItem', 'PutItem']);
  });

  it('is refused when another write was first', async () => {
    store({ ...sent, attempt: 2 });

    expect(await write({ before: planned, after: sent })).toEqual(['effect']);
    expect(await write({ before: undefined, after: planned })).toEqual(['effect']);
    expect(rows()).toEqual([{ ...sent, attempt: 2 }]);
  });

  it('is refused when the row is gone', async () => {
    expect(await write({ before: planned, after: sent })).toEqual(['effect']);
    expect(rows()).toEqual([]);
  });

  it('removes the fields that the row has no more', async () => {
    const before = { ...sent, sent_at: sent.updated_date, plan: { known: [], data: {} } };
    store(before);

    await write({ before, after: { ...planned, rev: 3 } });

    expect(rows()).toEqual([{ ...planned, rev: 3 }]);
  });
});

describe('writing a row with other parts', () => {
  it('writes all of them', async () => {
    store(planned, approved, booking, aCounter('quota_week', 2));

    expect(await write(all)).toEqual([]);

    expect(effectRow(planned.effect_id)).toEqual(sent);
    expect(effectRow(booking.effect_id)).toEqual(undone);
    expect(approvalStatus()).toBe('used');
    expect([used('quota_day'), used('quota_week')]).toEqual([1, 3]);
    expect(commands()).toEqual(['TransactWriteItems']);
  });

  it('keeps a counter as long as the effect that it counts', async () => {
    store(planned, aCounter('quota_week', 1));

    await write({ before: planned, after: sent, quotas: [counted] });

    for (const effect_id of counted.keys) {
      expect(dynamo.get<Quota>(EFFECTS, { effect_id })?.ttl).toBe(sent.ttl);
    }
  });

  it.each([
    ['effect', { ...planned, rev: 2 }],
    ['quota', aCounter('quota_day', 1)],
    ['quota', aCounter('quota_week', 3)],
    ['approval', { ...approved, status: 'used' as const }],
    ['approval', { ...approved, status: 'denied' as const }],
    ['approval', { ...approved, arguments_digest: 'another' }],
    ['reversed', { ...booking, rev: 8 }],
  ])('writes nothing when %s refuses, and says so', async (part, row) => {
    store(planned, approved, booking, row);
    const before = rows();

    expect(await write(all)).toEqual([part]);
    expect(rows()).toEqual(before);
  });

  it('names each part that refuses once', async () => {
    store({ ...planned, rev: 5 }, aCounter('quota_day', 1), aCounter('quota_week', 3));

    expect(await write(all)).toEqual(['effect', 'quota', 'approval', 'reversed']);
  });

  it('is refused with a limit of 0, whether the counter exists or not', async () => {
    store(planned);
    const change = { before: planned, after: sent, quotas: [{ ...counted, limits: [0, 3] }] };

    expect(await write(change)).toEqual(['quota']);
    store(aCounter('quota_day', 0));
    expect(await write(change)).toEqual(['quota']);
  });

  it('counts without a limit when there is none', async () => {
    store(planned, aCounter('quota_day', 9));
    const { keys, add } = counted;

    expect(await write({ before: planned, after: sent, quotas: [{ keys, add }] })).toEqual([]);
    expect([used('quota_day'), used('quota_week')]).toEqual([10, 1]);
  });

  it('counts the last of a quota for one of two effects', async () => {
    const other = anEffect({ effect_id: 'eff_other' });
    store(planned, other);

    const refused = await Promise.all([
      write({ before: planned, after: sent, quotas: [counted] }),
      write({ before: other, after: { ...other, status: 'sent', rev: 2 }, quotas: [counted] }),
    ]);

    expect(refused.flat()).toEqual(['quota']);
    expect(used('quota_day')).toBe(1);
  });

  it('gives back what was counted', async () => {
    store(
      sent,
      { ...approved, status: 'used' },
      aCounter('quota_day', 1),
      aCounter('quota_week', 3),
    );

    const refused = await write({
      before: sent,
      after: { ...planned, rev: 3 },
      quotas: [uncounted],
      approval: { ...using, from: 'used', to: 'approved' },
    });

    expect(refused).toEqual([]);
    expect([used('quota_day'), used('quota_week')]).toEqual([0, 2]);
    expect(approvalStatus()).toBe('approved');
  });

  it('gives nothing back to a counter that was deleted, and never below 0', async () => {
    store(sent, aCounter('quota_week', 0));
    const after: Effect = { ...sent, status: 'rejected', rev: 3 };

    expect(await write({ before: sent, after, quotas: [uncounted] })).toEqual([]);

    expect(effectRow(sent.effect_id)).toEqual(after);
    expect([used('quota_day'), used('quota_week')]).toEqual([undefined, 0]);
  });

  it('changes a counter once when two of its changes meet', async () => {
    store(planned, booking, aCounter('quota_day', 1), aCounter('quota_week', 1));

    const refused = await write({ ...alone, quotas: [uncounted, counted] });

    expect(refused).toEqual([]);
    expect([used('quota_day'), used('quota_week')]).toEqual([1, 1]);
  });
});

const alone: EffectChange = { before: planned, after: sent };

describe.each([
  ['of a put', alone],
  ['of a transaction', all],
])('a lost response %s', (_, change) => {
  beforeEach(() => store(planned, approved, booking, aCounter('quota_day', 0)));

  it('is no refusal when the SDK sends the write again', async () => {
    meet({ kind: 'applied-twice' });

    expect(await write(change)).toEqual([]);
  });

  it('is unavailable, and the write that is repeated is recognised', async () => {
    meet({ kind: 'fail-after' });

    await expect(write(change)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const before = rows();

    expect(await write(change)).toEqual([]);
    expect(rows()).toEqual(before);
  });

  it.each([
    ['status', { status: 'unknown' }],
    ['message', { message_id: 'msg_20260301120000_0000000000000001' }],
    ['attempt', { attempt: 2 }],
    ['rev', { rev: 3 }],
    ['date', { updated_date: '2026-03-01T12:00:00.001Z' }],
  ] as const)('does not excuse a row with another %s', async (_field, fields) => {
    await write(change);
    store({ ...sent, ...fields });

    expect(await write(change)).toContain('effect');
  });
});

describe.each([
  ['put', alone],
  ['transaction', all],
])('a %s', (_, change) => {
  beforeEach(() => store(planned, approved, booking));

  it.each([{ kind: 'conflict' }, { kind: 'throttle' }] as const)(
    'is repeated after a $kind',
    async (fault) => {
      meet(fault, fault, fault);

      expect(await write(change)).toEqual([]);
      expect(effectRow(planned.effect_id)).toEqual(sent);
    },
  );

  it('is unavailable after two seconds of conflicts, and has changed nothing', async () => {
    const before = rows();
    wire.decide(() => ({ kind: 'conflict' }));

    await expect(write(change)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
    expect(rows()).toEqual(before);
    expect(nowMs - START_MS).toBeLessThanOrEqual(2_000);
  });

  it('is unavailable while DynamoDB is', async () => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(write(change)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('that can never be written is a bug', async () => {
    const subject = 'x'.repeat(400 * 1_024);

    await expect(write({ ...change, after: { ...sent, subject } })).rejects.not.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});
