import { describe, expect, it } from 'vitest';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { AppError } from '#lib/platform/errors.ts';
import { failure } from '#test/lib/http/requests.ts';
import { anEarlierEffect, aPlan, EFFECT_ID, ledgerRun } from './ledger-run.ts';

describe('a call of which no byte was sent', () => {
  const unreachable = new AppError('unavailable', 'HTTP_CONNECTION', 'refused', { sent: false });

  it('counts against the service in its breaker, and is planned again', async () => {
    const { run, store, verdicts } = ledgerRun({ commit: () => Promise.reject(unreachable) });

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_CONNECTION' });
    expect(verdicts).toEqual(['failure']);
    expect(await store.find(EFFECT_ID)).toMatchObject({ status: 'planned' });
  });
});

describe('a confirmed effect that another message wants', () => {
  const confirmed: Partial<Effect> = {
    ...{ status: 'confirmed', subject: '9:00' },
    ...{ receipt: { id: 'r2' }, receipts: ['r1', 'r2'], plan: aPlan('9:00', ['r0']) },
  };

  it('is done already while the service lists its receipt', async () => {
    const { run } = ledgerRun({ listed: ['r0', 'r2'] }, anEarlierEffect(confirmed));

    expect(await run()).toMatchObject({ is: 'done', isRepeated: true });
  });

  it.each([
    { what: 'a reservation that stood before', listed: ['r0'] },
    { what: 'the receipt of an earlier generation', listed: ['r1'] },
  ])('is gone when the service lists only $what', async ({ listed }) => {
    const { run } = ledgerRun({ listed }, anEarlierEffect(confirmed));

    expect(await run()).toMatchObject({ is: 'failed', error: { code: 'EFFECT_EXISTS' } });
  });
});

describe('a call that was rejected and turns out to be carried out', () => {
  const late = { status: 'rejected', subject: '8:10' } as const;

  it('ends a message that wants the same, without another call', async () => {
    const { run, calls } = ledgerRun({ listed: ['r1'] }, anEarlierEffect(late));

    const end = await run({ subject: '8:10' });

    expect(end).toMatchObject({ is: 'done', isRepeated: true, effect: { receipt: { id: 'r1' } } });
    expect(calls()).toBe(0);
  });

  it('fails a message that wants something else, and the row says what stands', async () => {
    const { run, calls, store } = ledgerRun({ listed: ['r1'] }, anEarlierEffect(late));

    const end = await run({ subject: '9:00' });

    expect(end).toMatchObject({ is: 'failed', error: { code: 'EFFECT_EXISTS' } });
    expect(calls()).toBe(0);
    expect(await store.find(EFFECT_ID)).toMatchObject({
      ...{ status: 'confirmed', subject: '8:10', message_id: 'msg_earlier' },
      plan: aPlan('8:10'),
    });
  });
});
