import { describe, expect, it } from 'vitest';
import { BUILT_IN_SCHEDULES } from '#lib/schedules/built-in.ts';
import { fireBody, scheduleIdOf } from '#scripts/local/fire.ts';

describe('a fire by hand', () => {
  it('is the same all minute long, so that two are one message', () => {
    const first = fireBody('sched_1', Date.parse('2026-01-01T12:00:00.000Z'));
    const last = fireBody('sched_1', Date.parse('2026-01-01T12:00:59.999Z'));

    expect(last).toBe(first);
    expect(JSON.parse(first)).toEqual({
      kind: 'fire',
      schedule_id: 'sched_1',
      revision: 1,
      scheduled_time: '2026-01-01T12:00:00Z',
    });
  });

  it('finds every built-in schedule by its name', () => {
    const found = Object.values(BUILT_IN_SCHEDULES).map(({ name }) => scheduleIdOf(name));

    expect(found).toEqual(Object.keys(BUILT_IN_SCHEDULES));
  });

  it('names the schedules there are when asked for another', () => {
    expect(() => scheduleIdOf('daily-helo')).toThrow(
      'no schedule daily-helo; there is daily-hello',
    );
  });
});
