import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { findEffect } from '#lib/data/effects/effects.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { type ResolveRequest, resolveEffect } from '#lib/effects/resolve-effect.ts';
import { env } from '#lib/platform/env.ts';
import { START_MS } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { type Dynamo, installDynamo } from '#test/support/dynamodb.ts';
import { anEffect } from '#test/support/effects.ts';

const EFFECTS = env('EFFECTS_TABLE');
const DAY = 'quota_book_tee_time_42_2026-03-07';
const WEEK = 'quota_book_tee_time_42_2026-W10';

let db: Dynamo;
beforeEach(() => {
  db = installDynamo(documentClient);
});
afterEach(() => db.uninstall());

const resolve = (effect: Effect, resolution: Partial<ResolveRequest>) => {
  const clock = virtualClock();
  return resolveEffect(
    effect.effect_id,
    { outcome: 'confirmed', reason: 'seen at the course', by: 'user:ada', ...resolution },
    { store: effectStore({ clock }), clock },
  );
};

const plan = { total_cents: 8_000, known: [], data: {} };
const counted = (fields: Partial<Effect>): Effect => {
  const effect = anEffect({ quota_keys: [DAY, WEEK], plan, ...fields });
  db.put(EFFECTS, effect);
  db.put(EFFECTS, { effect_id: DAY, used: 1, ttl: 0 });
  db.put(EFFECTS, { effect_id: WEEK, used: 2, ttl: 0 });
  return effect;
};
const used = () =>
  [DAY, WEEK].map((effect_id) => db.get<{ used: number }>(EFFECTS, { effect_id })?.used);

describe('an unknown effect', () => {
  it('is confirmed as a person says, and stays counted', async () => {
    const effect = counted({ status: 'unknown', rev: 4 });

    const resolved = await resolve(effect, { outcome: 'confirmed' });

    expect(resolved).toMatchObject({ status: 'confirmed', rev: 5 });
    expect(resolved.history.at(-1)).toMatchObject({
      status: 'confirmed',
      resolved_by: 'user:ada',
      reason: 'seen at the course',
    });
    expect(await findEffect(effect.effect_id)).toEqual(resolved);
    expect(used()).toEqual([1, 2]);
  });

  it('is rejected as a person says, and gives its quota back', async () => {
    const effect = counted({ status: 'unknown' });

    const resolved = await resolve(effect, { outcome: 'rejected' });

    expect(resolved).toMatchObject({ status: 'rejected', quota_keys: [] });
    expect(used()).toEqual([0, 1]);
  });

  it('that reverses a booking reverses it when it is confirmed', async () => {
    const booking = counted({
      effect_id: 'eff_booking0000000000000000000',
      status: 'confirmed',
      receipt: { id: '5001' },
    });
    const reverses = { effect_id: booking.effect_id, receipt_id: '5001' };
    const cancellation = anEffect({
      operation: 'cancel_reservation',
      status: 'unknown',
      plan: { ...plan, reverses },
    });
    db.put(EFFECTS, cancellation);

    await resolve(cancellation, { outcome: 'confirmed' });

    expect(await findEffect(booking.effect_id)).toMatchObject({ status: 'reversed' });
    expect(used()).toEqual([0, 1]);
  });
});

describe('a confirmed effect', () => {
  it('is reversed as a person says, and gives its quota back', async () => {
    const effect = counted({ status: 'confirmed', receipt: { id: '5001' } });

    const resolved = await resolve(effect, { outcome: 'reversed', reason: 'cancelled by phone' });

    expect(resolved).toMatchObject({ status: 'reversed', quota_keys: [] });
    expect(used()).toEqual([0, 1]);
  });

  it('that was booked again is not reversed by the confirmation of an old cancellation', async () => {
    const booking = counted({
      effect_id: 'eff_booking0000000000000000000',
      status: 'confirmed',
      receipt: { id: '5002' },
    });
    const reverses = { effect_id: booking.effect_id, receipt_id: '5001' };
    const cancellation = anEffect({ status: 'unknown', plan: { ...plan, reverses } });
    db.put(EFFECTS, cancellation);

    await resolve(cancellation, { outcome: 'confirmed' });

    expect(await findEffect(booking.effect_id)).toEqual(booking);
    expect(used()).toEqual([1, 2]);
  });
});

describe('resolveEffect', () => {
  it.each([
    { status: 'planned', outcome: 'confirmed' },
    { status: 'sent', outcome: 'confirmed' },
    { status: 'sent', outcome: 'rejected' },
    { status: 'confirmed', outcome: 'rejected' },
    { status: 'confirmed', outcome: 'confirmed' },
    { status: 'unknown', outcome: 'reversed' },
    { status: 'rejected', outcome: 'confirmed' },
    { status: 'reversed', outcome: 'reversed' },
  ] as const)('refuses $outcome for an effect that is $status', async ({ status, outcome }) => {
    const effect = counted({ status });

    const error = await resolve(effect, { outcome }).catch((refusal: unknown) => refusal);

    expect(error).toMatchObject({ kind: 'conflict', code: 'EFFECT_NOT_RESOLVABLE' });
    expect(await findEffect(effect.effect_id)).toEqual(effect);
    expect(used()).toEqual([1, 2]);
  });

  it('knows no effect that does not exist', async () => {
    const error = await resolve(anEffect(), {}).catch((refusal: unknown) => refusal);

    expect(error).toMatchObject({ kind: 'not-found', code: 'EFFECT_NOT_FOUND' });
    expect(db.rows(EFFECTS)).toEqual([]);
  });

  it('keeps the time of the clock', async () => {
    const resolved = await resolve(counted({ status: 'unknown' }), {});

    expect(resolved.updated_date).toBe(new Date(START_MS).toISOString());
  });
});
