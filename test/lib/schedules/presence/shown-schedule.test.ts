import { describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
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
    { fields: { health: 'new' }, afterMs: 60_001, health: 'late' },
    { fields: { health: 'up', last_fired_at: iso(NOON_MS) }, afterMs: 60_001, health: 'up' },
    {
      fields: { health: 'up', pending_fires: [iso(NOON_MS - 5 * MINUTE_MS)] },
      afterMs: 0,
      health: 'late',
    },
  ])('is $health $afterMs ms after noon with $fields', ({ fields, afterMs, health }) => {
    expect(shown(fields, NOON_MS + afterMs).health).toBe(health);
  });
});
