import { describe, expect, it } from 'vitest';
import { scheduleOfMessage } from '#handlers/web/app/messages/schedule-of-message.ts';
import { iso } from '#lib/platform/clock.ts';
import { derivedScheduleId, newMessageId } from '#lib/platform/id.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { START_MS } from '#test/support/builders.ts';

const schedules = ['tea', 'weather', 'digest'].map((name) => ({
  name,
  id: derivedScheduleId(START_MS, name),
}));

describe('scheduleOfMessage', () => {
  it('finds the schedule whose fire has this id', async () => {
    for (const schedule of schedules) {
      const id = fireId(schedule.id, START_MS + 60_000);

      expect(await scheduleOfMessage({ id }, schedules)).toBe(schedule);
    }
  });

  it('finds the schedule of a run that a person started by its last run', async () => {
    const id = newMessageId(START_MS);
    const last_run = { message_id: id, scheduled_time: iso(START_MS), status: 'running' } as const;
    const started = { name: 'started', id: derivedScheduleId(START_MS, 'x'), last_run };

    expect(await scheduleOfMessage({ id }, [...schedules, started])).toBe(started);
  });

  it('finds nothing for a message of another origin', async () => {
    expect(await scheduleOfMessage({ id: newMessageId(START_MS) }, schedules)).toBeUndefined();
    expect(await scheduleOfMessage({ id: newMessageId(START_MS) }, [])).toBeUndefined();
  });
});
