import { describe, expect, it } from 'vitest';
import { fireBody, scheduleCalled } from '#scripts/local/fire.ts';

describe('a fire by hand', () => {
  const schedule = { id: 'sched_1', name: 'tea', timing_revision: 3 };

  it('is the same all minute long, so that two are one message', () => {
    const first = fireBody(schedule, Date.parse('2026-01-01T12:00:00.000Z'));
    const last = fireBody(schedule, Date.parse('2026-01-01T12:00:59.999Z'));

    expect(last).toBe(first);
    expect(JSON.parse(first)).toEqual({
      kind: 'fire',
      schedule_id: 'sched_1',
      revision: 3,
      scheduled_time: '2026-01-01T12:00:00Z',
    });
  });

  it('names the schedules there are when asked for another', () => {
    expect(scheduleCalled('tea', [schedule])).toBe(schedule);
    expect(() => scheduleCalled('coffee', [schedule])).toThrow(
      'there is no schedule coffee; the schedules are tea',
    );
  });
});
