import { describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { SHOWN_HEALTH, shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule } from '#test/support/schedules.ts';

/** Noon is an occurrence of the schedule. */
const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
const shown = (fields: Partial<Schedule>, nowMs = NOON_MS - MINUTE_MS) =>
  shownSchedule(aSchedule({ settled_until: iso(NOON_MS - MINUTE_MS), ...fields }), nowMs);

describe('a schedule as responses show it', () => {
  it('has no hidden field, and every other one', () => {
    const { settled_until: _, counted_from: __, timing_since: ___, ...rest } = aSchedule();
    const hidden = { write_id: 'w', up_since: iso(NOON_MS), pending_fires: [iso(NOON_MS)] };
    const { zone_data_differs, next_fire_at, ...seen } = shown(hidden);

    expect(seen).toEqual(rest);
    expect(zone_data_differs).toBe(false);
    expect(next_fire_at).toBe(iso(NOON_MS));
  });

  it('says that zone data differ', () => {
    expect(shown({ zone_data_differs: true }).zone_data_differs).toBe(true);
  });

  it.each(['paused', 'completed', 'deleted', 'error'] as const)(
    'does not fire next while it is %s',
    (status) => {
      expect(shown({ status })).not.toHaveProperty('next_fire_at');
    },
  );

  it('does not fire next when its only occurrence has fired', () => {
    const once = { schedule_expression: 'at(2026-03-02T12:00:00)' };

    expect(shown(once).next_fire_at).toBe(iso(NOON_MS));
    expect(shown({ ...once, last_fired_at: iso(NOON_MS) })).not.toHaveProperty('next_fire_at');
  });

  it.each<{ fields: Partial<Schedule>; afterMs: number; health: string }>([
    { fields: { status: 'paused', health: 'down' }, afterMs: 0, health: 'paused' },
    { fields: { status: 'error', health: 'up' }, afterMs: 0, health: 'down' },
    { fields: { status: 'completed', health: 'up' }, afterMs: 90_000, health: 'up' },
    { fields: { health: 'down' }, afterMs: 90_000, health: 'down' },
    { fields: { health: 'up' }, afterMs: 60_000, health: 'up' },
    { fields: { health: 'up' }, afterMs: 60_001, health: 'late' },
    { fields: { health: 'new' }, afterMs: 60_000, health: 'new' },
    { fields: { health: 'new' }, afterMs: 60_001, health: 'late' },
    { fields: { health: 'up', last_fired_at: iso(NOON_MS) }, afterMs: 60_001, health: 'up' },
    {
      fields: { health: 'up', pending_fires: [iso(NOON_MS - 5 * MINUTE_MS)] },
      afterMs: 0,
      health: 'late',
    },
  ])('is $health $afterMs ms after noon with $fields', ({ fields, afterMs, health }) => {
    const seen = shown(fields, NOON_MS + afterMs);

    expect(seen.health).toBe(health);
    expect(SHOWN_HEALTH).toContain(seen.health);
  });

  it.each([
    { firedMs: NOON_MS - 3 * HOUR_MS, health: 'up' },
    { firedMs: NOON_MS - 3 * HOUR_MS - MINUTE_MS, health: 'late' },
  ])('is $health if an unexpected fire at $firedMs can be the run of its occurrence', (one) => {
    const zone = { schedule_expression: 'cron(0 21 * * ? *)', timezone: 'Asia/Tokyo' };
    const unexpected_fires = [iso(one.firedMs)];

    expect(shown({ ...zone, health: 'up', unexpected_fires }, NOON_MS + 60_001).health).toBe(
      one.health,
    );
  });

  it.each([
    { firedMs: NOON_MS - 10 * MINUTE_MS, health: 'late' },
    { firedMs: NOON_MS - 5 * MINUTE_MS, health: 'up' },
  ])('is $health if a pending fire follows or equals its last fire at $firedMs', (one) => {
    const pending_fires = [iso(NOON_MS - 15 * MINUTE_MS), iso(NOON_MS - 5 * MINUTE_MS)];
    const last_fired_at = iso(one.firedMs);

    expect(shown({ pending_fires, last_fired_at, health: 'up' }, NOON_MS).health).toBe(one.health);
  });

  it('counts its next occurrence from its last fire, or from when occurrences are accounted for', () => {
    const hourly = { schedule_expression: 'cron(0 * * * ? *)', health: 'up' } as const;
    const last = { last_fired_at: iso(NOON_MS) };

    expect(shown({ ...hourly, ...last }, NOON_MS + HOUR_MS + MINUTE_MS).health).toBe('up');
    expect(shown({ ...hourly, ...last }, NOON_MS + HOUR_MS + MINUTE_MS + 1).health).toBe('late');
    expect(
      shown(
        { ...hourly, ...last, settled_until: iso(NOON_MS + HOUR_MS + MINUTE_MS) },
        NOON_MS + HOUR_MS + MINUTE_MS + 1,
      ).health,
    ).toBe('up');
  });

  it('is not late if nothing follows', () => {
    const once = { schedule_expression: 'at(2026-03-01T12:00:00)', health: 'up' } as const;

    expect(shown(once, NOON_MS).health).toBe('up');
  });
});
