import { describe, expect, it } from 'vitest';
import { fireBody, scheduleCalled } from '#scripts/local/fire.ts';

describe('make fire', () => {
  const schedule = { id: 'sched_1', name: 'tea', timing_revision: 3 };

  it('sends the same fire within a minute, so that two fires create one message', () => {
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

  it('names the existing schedules when the requested one does not exist', () => {
    expect(scheduleCalled('tea', [schedule])).toBe(schedule);
    expect(() => scheduleCalled('coffee', [schedule])).toThrow(
      'there is no schedule coffee; the schedules are tea',
    );
  });
});
