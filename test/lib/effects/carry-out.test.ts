import { describe, expect, it } from 'vitest';
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
